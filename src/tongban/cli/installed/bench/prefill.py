"""How long the filled form takes, receipts on the disk included."""

from django.conf import settings

from tongban.capabilities.services import actions
from tongban.capabilities.services.prefill import questions
from tongban.cli.installed.bench.timing import durations
from tongban.cli.installed.story import founder, script
from tongban.cli.measures import Area, Figure, median, p95
from tongban.store import jurisdiction


TIMES = 200


def measure() -> Area:
    """One prefill of the whole form: governed, receipted, kept in the draft."""
    play = script.read(settings.HOME.pack, jurisdiction.current())
    by = founder.actor_of(play)
    draft = actions.start(by=by, type_code=play.thing.code)
    took = durations(lambda: actions.prefilled(by=by, draft=draft, anew=True), TIMES)
    known = actions.prefilled(by=by, draft=draft, anew=True)
    actions.discard(by=by, draft=draft)
    datasets = {question.dataset for question in questions(play.thing.fields)}
    return Area(
        "prefill",
        f"The whole form of {play.thing.code} filled {TIMES} times: compiled, read from"
        " the departments, receipted on the disk, kept in the draft.",
        (
            Figure("p95", p95(took), "ms", most=50),
            Figure("median", median(took), "ms"),
            Figure("datasets", len(datasets), "", least=5),
            Figure("fields filled", len(known.values), ""),
        ),
    )
