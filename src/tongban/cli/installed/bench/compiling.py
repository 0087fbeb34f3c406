"""How long a governed statement takes from its text to its plan."""

from functools import partial

from django.conf import settings

from tongban.capabilities.services.prefill import questions
from tongban.cli.installed.bench.timing import once
from tongban.cli.installed.story import script
from tongban.cli.measures import Area, Figure, median, p95
from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.model import CaseView, Use
from tongban.store import clock, jurisdiction


COLD, CACHED = 20, 400


def measure() -> Area:
    """The questions that fill the form, each compiled anew and from the cache."""
    pack = jurisdiction.current()
    play = script.read(settings.HOME.pack, pack)
    subject = play.founder.subject
    assert subject is not None
    view = CaseView("0" * 16, play.thing.code, True, frozenset({subject}))
    uses = [
        Use(
            by=play.founder.account,
            organization=play.thing.organization,
            purpose=play.thing.purpose or "",
            sql=question.sql(),
            at=clock.now(),
            case=view.number,
            subject=subject,
        )
        for question in questions(play.thing.fields)
    ]

    def compiled(compiler: Compiler) -> list[float]:
        return [once(partial(compiler.compile, use, view)) for use in uses]

    def fresh() -> Compiler:
        return Compiler(pack.catalog, pack.purposes, pack.grants)

    cold = [took for _ in range(COLD) for took in compiled(fresh())]
    warm = fresh()
    compiled(warm)
    cached = [took for _ in range(CACHED) for took in compiled(warm)]
    return Area(
        "compile",
        f"The {len(uses)} statements that fill {play.thing.code}: by a fresh compiler"
        f" ({COLD} times each), then from its cache ({CACHED} times each).",
        (
            Figure("cached, p95", p95(cached), "ms", most=0.2),
            Figure("cached, median", median(cached), "ms"),
            Figure("cold, p95", p95(cold), "ms", most=15),
            Figure("cold, median", median(cold), "ms"),
        ),
    )
