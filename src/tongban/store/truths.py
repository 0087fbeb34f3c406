"""A rule asked for everyone: one column of truth a condition (条件真值列)."""

from collections.abc import Sequence

from sqlglot import exp

from tongban.kernel.catalog.model import Dataset
from tongban.kernel.query.explaining.conditions import parsed
from tongban.kernel.query.explaining.rules import RuleCondition, batch_use_sql
from tongban.kernel.terms import SubjectKind, UserError, did_you_mean
from tongban.store.jurisdiction import current


class NoRule(UserError):
    """A case type without a rule is asked for its truth."""

    code = "query.no-rule"


class NotOver(UserError):
    """A rule cannot be asked for each row of a dataset."""

    code = "query.not-over"


def conditions(asked: Sequence[str]) -> list[RuleCondition]:
    """What is asked: a case type's code is all conditions of its rule, any other
    text a condition itself. Raises NoRule.
    """
    found = []
    for text in asked:
        declared = current().case_types.get(text)
        if declared is None:
            found.append(RuleCondition(text, text, ""))
            continue
        if declared.rule is None:
            raise NoRule(
                f"{text} has no rule",
                why="its cases are decided by a person",
                mend="name a case type that is decided at once, or write a condition",
                case_type=text,
            )
        found += [
            RuleCondition(each.title.zh, each.when, each.basis)
            for each in declared.rule.conditions
        ]
    return found


def for_everyone(rule: Sequence[RuleCondition], over: str) -> str:
    """The statement with a row for each row of the dataset ``over``.

    Its columns are the subject's number and ``truth_1`` …, of the conditions in their
    order. ``over`` may name the item, ``dataset.item``, where a dataset is about
    several kinds of subject. Raises NotOver, and StatementError for a condition.
    """
    dataset, kind = _over(over)
    about = {
        code: each.subjects[kind]
        for code, each in current().catalog.datasets.items()
        if kind in each.subjects
    }
    for number, condition in enumerate(rule, start=1):
        _check_about(condition.sql, number, kind)
    return batch_use_sql(
        rule,
        dataset=dataset.code,
        subject=dataset.subjects[kind],
        about=about,
        parts=False,
    )


def _over(name: str) -> tuple[Dataset, SubjectKind]:
    datasets = current().catalog.datasets
    code, _, item = name.rpartition(".")
    named = datasets.get(name)
    dataset = named or datasets.get(code)
    if dataset is None:
        raise NotOver(
            f"no dataset {name!r} in the catalogue",
            why="a rule is asked for each row of a dataset",
            mend=did_you_mean(name, datasets),
            dataset=name,
        )
    kinds = [k for k, own in dataset.subjects.items() if named or own == item]
    if len(kinds) != 1:
        raise NotOver(
            f"whom a row of {dataset.code} is about is not said",
            why="it is about several kinds of subject" if kinds else "it is of nobody",
            mend="name the item: "
            + ", ".join(f"{dataset.code}.{own}" for own in dataset.subjects.values())
            if dataset.subjects
            else "name a dataset about persons or enterprises",
            dataset=dataset.code,
        )
    return dataset, kinds[0]


def _check_about(sql: str, number: int, kind: SubjectKind) -> None:
    """That what a condition looks into is of the subject, or of nobody.

    Of another kind of subject it would be everybody's rows at once.
    """
    for table in parsed(sql, number).find_all(exp.Table):
        dataset = current().catalog.datasets.get(f"{table.db}.{table.name}".lower())
        if dataset is not None and dataset.subjects and kind not in dataset.subjects:
            raise NotOver(
                f"{dataset.code} is not about the same kind of subject",
                where=f"condition {number}",
                why="each row would be judged by everybody's",
                mend="ask over a dataset about that kind",
                dataset=dataset.code,
            )
