"""What may be promised, sampled, contested or decided by silence, and what may not."""

from collections.abc import Iterator

from tongban.kernel.case.declaration import PromiseKind
from tongban.kernel.terms import did_you_mean
from tongban.pack.draft import Draft
from tongban.pack.kinds.services import Silence
from tongban.pack.problems import PackProblem
from tongban.pack.record import Record


def _promises(draft: Draft) -> Iterator[tuple[str, Record, Record]]:
    """Name, case type and promise of everything for which one is declared."""
    for head, code, record in draft.case_types():
        promise = record.get("promise")
        if promise:
            yield draft.name(head, code), record, promise


def promise_of_nothing(draft: Draft) -> Iterator[PackProblem]:
    for name, _, promise in _promises(draft):
        lacking = promise["kind"] is PromiseKind.LACKING
        asked, strange = (
            (["lackable"], ["spares", "post"]) if lacking else (["post"], ["lackable"])
        )
        for key in asked:
            if not promise[key]:
                yield PackProblem(
                    "promise-of-nothing",
                    promise.at(),
                    f"the promise of {name} has no {key!r}",
                    why="容缺受理 says which papers may follow; 告知承诺 who looks "
                    "afterwards",
                    mend=f"add {key!r}, or declare no promise",
                )
        for key in strange:
            if promise[key]:
                yield PackProblem(
                    "promise-of-nothing",
                    promise.at(key),
                    f"{key!r} has no meaning for a promise of kind {promise['kind']}",
                    why="a paper that follows spares no step; who commits hands in all",
                    mend=f"leave {key!r} out",
                )


def unknown_promised(draft: Draft) -> Iterator[PackProblem]:
    for name, record, promise in _promises(draft):
        known = {
            "lackable": [each["material"] for each in record["materials"]],
            "spares": [each["step"] for each in record["steps"]],
        }
        for key, names in known.items():
            for place, each in enumerate(promise[key]):
                if each not in names:
                    yield PackProblem(
                        "unknown-promised",
                        promise.at(key, place),
                        f"{name} has no {each!r} that could be promised",
                        why="a promise is about the item's own papers and steps",
                        mend=did_you_mean(each, names),
                    )


def core_lackable(draft: Draft) -> Iterator[PackProblem]:
    for name, record, promise in _promises(draft):
        core = {each["material"] for each in record["materials"] if each["core"]}
        for place, each in enumerate(promise["lackable"]):
            if each in core:
                yield PackProblem(
                    "core-lackable",
                    promise.at("lackable", place),
                    f"{each!r} is a core material (主要材料) of {name}",
                    why="without it nothing can be looked into: it may not be missing "
                    "(容缺受理)",
                    mend="take it from the list, or do not call it core",
                )


def promise_excluded(draft: Draft) -> Iterator[PackProblem]:
    for name, record, promise in _promises(draft):
        concerns = record.get("concerns") or ()
        commitment = promise["kind"] is PromiseKind.COMMITMENT
        if commitment and concerns and not promise["statute"]:
            yield PackProblem(
                "promise-excluded",
                promise.at("kind"),
                f"{name} directly concerns {', '.join(concerns)}",
                why="such matters are not decided on a promise (国办发〔2020〕42号)",
                mend="declare no promise, or name the law that allows it as 'statute'",
            )


def promise_without_revocation(draft: Draft) -> Iterator[PackProblem]:
    for name, record, promise in _promises(draft):
        grants = record["certificate"] or record["on-granted"]
        if grants and not record["on-revoked"]:
            yield PackProblem(
                "promise-without-revocation",
                promise.at(),
                f"what {name} grants is not taken back when the promise is broken",
                why="what was granted on somebody's word falls with it",
                mend="name the handler as 'on-revoked', such as certificates.take-back",
            )


def sample_without_head(draft: Draft) -> Iterator[PackProblem]:
    for head, code, record in draft.case_types():
        automatic = record.get("automatic")
        if automatic and automatic["sample"] and not record["head"]:
            yield PackProblem(
                "sample-without-head",
                automatic.at("sample"),
                f"{draft.name(head, code)} names no head (负责人) who would look",
                why="a drawn decision is looked at by the decider's head",
                mend="add 'head: …'",
            )


def silence_misplaced(draft: Draft) -> Iterator[PackProblem]:
    for _, record in draft.work():
        for key, allowed in (
            ("acceptance", (Silence.ACCEPTED,)),
            ("decision", (Silence.GRANTED, Silence.REFUSED)),
        ):
            clock = record[key]
            if clock and clock["silence"] and clock["silence"] not in allowed:
                yield PackProblem(
                    "silence-misplaced",
                    clock.at("silence"),
                    f"silence on the {key} cannot mean {clock['silence'].value!r}",
                    why="silence accepts an application (行政许可法第三十二条) or "
                    "decides it (第五十条)",
                    mend=f"choose {' or '.join(allowed)}, or leave it out",
                )


def objection_twice(draft: Draft) -> Iterator[PackProblem]:
    contesting = [
        (code, record)
        for code, record in draft.work()
        if record.get("contests") is not None
    ]
    for code, record in contesting[1:]:
        yield PackProblem(
            "objection-twice",
            record.at("contests"),
            f"{contesting[0][0]!r} and {code!r} are both the way to object",
            why="whoever is refused is told one way",
            mend="keep one of them",
        )
