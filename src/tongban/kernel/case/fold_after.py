"""How promises, samples and objections change what is known of a case.

A second leaf of `fold`, for what mostly happens after a decision.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tongban.kernel.case.model import (
    Case,
    Contest,
    Event,
    Outcome,
    Promised,
    PromiseStanding,
    Sampled,
)


Changes = dict[str, Any]


# ------------------------------------------------------------------- promises


def promised(_case: Case, event: Event) -> Changes:
    data = event.data
    return {"promise": Promised(tuple(data["materials"]), data["digest"], event.at)}


def promised_supplied(case: Case, event: Event) -> Changes:
    given: Mapping[str, str] = event.data["materials"]
    return {
        "materials": {**case.materials, **given},
        **_promise(case, supplied=event.at, note=event.data["note"]),
    }


def promised_returned(case: Case, event: Event) -> Changes:
    return _promise(
        case,
        supplied=None,
        looks=_looks(case, event),
        note=event.data["reason"],
    )


def promise_kept(case: Case, event: Event) -> Changes:
    return _promise(case, standing=PromiseStanding.KEPT, ended=event.at)


def promise_repaired(case: Case, event: Event) -> Changes:
    return _promise(case, standing=PromiseStanding.REPAIRED, ended=event.at)


def promise_broken(case: Case, event: Event) -> Changes:
    return _promise(
        case,
        standing=PromiseStanding.BROKEN,
        supplied=None,
        looks=_looks(case, event),
        broken=event.at,
        reasons=event.data["reasons"],
        lapsed=event.data["lapsed"],
    )


def _promise(case: Case, **changes: Any) -> Changes:
    assert case.promise is not None
    return {"promise": replace(case.promise, **changes)}


def _looks(case: Case, event: Event) -> tuple[Any, ...]:
    """Stretches in which the office had it; the one that ends now included."""
    assert case.promise is not None
    looks, since = case.promise.looks, case.promise.supplied
    return looks if since is None else (*looks, (since, event.at))


# -------------------------------------------------------- samples and objections


def drawn(_case: Case, event: Event) -> Changes:
    return {"sample": Sampled(event.at)}


def looked_at(case: Case, event: Event) -> Changes:
    assert case.sample is not None
    found = replace(
        case.sample,
        reviewed=event.at,
        agrees=event.data["agrees"],
        reasons=event.data["reasons"],
    )
    return {"sample": found}


def contested(case: Case, event: Event) -> Changes:
    return {"contests": (*case.contests, Contest(event.data["case"], event.at))}


def answered(case: Case, event: Event) -> Changes:
    *earlier, last = case.contests
    ended = replace(
        last, outcome=Outcome(event.data["outcome"]), reasons=event.data["reasons"]
    )
    return {"contests": (*earlier, ended)}
