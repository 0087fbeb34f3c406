"""Whose duty data are, how they are graded, and on what terms they are shared."""

from collections.abc import Iterator, Sequence

from tongban.kernel.catalog.model import DataType, SharingType
from tongban.kernel.terms import did_you_mean
from tongban.pack.draft import Draft
from tongban.pack.problems import PackProblem
from tongban.pack.record import Record


def foreign_duty(draft: Draft) -> Iterator[PackProblem]:
    for code, dataset in draft.of("dataset").items():
        power = draft.get("power", dataset["duty"])
        if power and power["organization"] != dataset["provider"]:
            yield PackProblem(
                "foreign-duty",
                dataset.at("duty"),
                f"{draft.name('dataset', code)} is provided by "
                f"{dataset['provider']!r}, but {dataset['duty']!r} is a duty of "
                f"{power['organization']!r}",
                why="data are provided by the department whose duty they come from "
                "(谁主管、谁提供、谁负责)",
                mend=f"name a power of {dataset['provider']!r}, or another provider",
            )


def _effective(draft: Draft, item: Record, key: str) -> object:
    """What the item says, or else its element."""
    element = draft.get("element", item["element"])
    if item[key] is not None or element is None:
        return item[key]
    return element[key]


def _grade(draft: Draft, item: Record) -> int:
    grade = _effective(draft, item, "grade")
    return grade if isinstance(grade, int) else 0


def personal_without_grade(draft: Draft) -> Iterator[PackProblem]:
    for code, dataset in draft.of("dataset").items():
        for item in dataset["items"]:
            if _effective(draft, item, "personal") and not _grade(draft, item):
                yield PackProblem(
                    "personal-without-grade",
                    item.at("name"),
                    f"item {item['name']!r} of {code!r} is personal information "
                    "(个人信息) but has no grade (数据分级)",
                    why="personal data are handled by grade "
                    "(数据安全法第二十一条、个人信息保护法第五十一条)",
                    mend="add 'grade: …' to the item or to its element",
                )


def grade_below_items(draft: Draft) -> Iterator[PackProblem]:
    for code, dataset in draft.of("dataset").items():
        highest = max(dataset["items"], key=lambda item: _grade(draft, item))
        if dataset["grade"] < _grade(draft, highest):
            yield PackProblem(
                "grade-below-items",
                dataset.at("grade"),
                f"{draft.name('dataset', code)} has grade {dataset['grade']}, "
                f"its item {highest['name']!r} grade {_grade(draft, highest)}",
                why="a dataset is graded at least as high as its highest item "
                "(就高从严, GB/T 43697)",
                mend=f"give it grade {_grade(draft, highest)} or more",
            )


def grade_below_element(draft: Draft) -> Iterator[PackProblem]:
    for code, dataset in draft.of("dataset").items():
        for item in dataset["items"]:
            element = draft.get("element", item["element"])
            least = element["grade"] if element else None
            if item["grade"] and least and item["grade"] < least:
                yield PackProblem(
                    "grade-below-element",
                    item.at("grade"),
                    f"item {item['name']!r} of {code!r} has grade {item['grade']}, "
                    f"its element {item['element']!r} grade {least}",
                    why="the same data are not harmless in one table and grave in "
                    "another",
                    mend=f"give it grade {least} or more, or another element",
                )


def wrong_decimal(draft: Draft) -> Iterator[PackProblem]:
    elements = draft.of("element").values()
    items = [item for d in draft.of("dataset").values() for item in d["items"]]
    for record in (*elements, *items):
        digits = record["decimal"]
        if digits is None or _is_decimal(draft, record, digits):
            continue
        yield PackProblem(
            "wrong-decimal",
            record.at("decimal"),
            "these are no precision and scale of a decimal number",
            why="it has 1 to 38 digits, of which none to all are after the point, "
            "and nothing but a decimal has them",
            mend="write 'type: decimal' and, say, 'decimal: [15, 2]'",
        )


def _is_decimal(draft: Draft, record: Record, digits: Sequence[int]) -> bool:
    kind = record["type"]
    if kind is None:
        kind = _effective(draft, record, "type")
    if kind is not DataType.DECIMAL or len(digits) != 2:
        return False
    precision, scale = digits
    return 1 <= precision <= 38 and scale <= precision


def mask_of_nothing(draft: Draft) -> Iterator[PackProblem]:
    """The masks of a grade are by element or by type; no other name has any."""
    types = [kind.value for kind in DataType]
    for code, grade in draft.of("grade").items():
        for name in grade["masks"]:
            if name not in types and name not in draft.declared["element"]:
                known = [*types, *draft.declared["element"]]
                yield PackProblem(
                    "mask-of-nothing",
                    grade.at("masks"),
                    f"{draft.name('grade', code)} has a mask (脱敏) for {name!r}, "
                    "which is neither an element (数据元) nor a type",
                    why="a mask that nothing takes hides nothing",
                    mend=did_you_mean(name, known),
                )


def conditional_without_scope(draft: Draft) -> Iterator[PackProblem]:
    for code, dataset in draft.of("dataset").items():
        sharing = dataset["sharing"]
        wanted = ("scope", "use", "conditions")
        missing = [key for key in wanted if not sharing[key]]
        if sharing["type"] is SharingType.CONDITIONAL and missing:
            yield PackProblem(
                "conditional-without-scope",
                sharing.at(),
                f"{draft.name('dataset', code)} is shared conditionally (有条件共享) "
                f"without {', '.join(missing)}",
                why="scope of sharing, use and conditions must be listed "
                "(政务数据共享条例第十五条)",
                mend=f"add '{missing[0]}: …' to 'sharing'",
            )


def sharing_without_modes(draft: Draft) -> Iterator[PackProblem]:
    for code, dataset in draft.of("dataset").items():
        sharing = dataset["sharing"]
        if sharing["type"] is not SharingType.WITHHELD and not sharing["modes"]:
            yield PackProblem(
                "sharing-without-modes",
                sharing.at("modes"),
                f"{draft.name('dataset', code)} is shared in no way (共享方式)",
                why="Decree 809 art. 13 (政务数据共享条例第十三条) asks for it",
                mend="name at least one way, such as 服务接口",
            )


def withheld_without_basis(draft: Draft) -> Iterator[PackProblem]:
    for code, dataset in draft.of("dataset").items():
        sharing = dataset["sharing"]
        if sharing["type"] is SharingType.WITHHELD and not sharing["basis"]:
            yield PackProblem(
                "withheld-without-basis",
                sharing.at(),
                f"{draft.name('dataset', code)} is withheld (不予共享) without basis",
                why="only a law, an administrative regulation or a decision of the "
                "State Council can forbid sharing (政务数据共享条例第十四条、第十五条)",
                mend="add 'basis: …' with the article, or share it conditionally",
            )
