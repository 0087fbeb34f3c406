"""Every sentence that is asked for is declared in both languages, and no other is."""

import string
from collections.abc import Collection, Mapping
from pathlib import Path

import pytest
from tests.unit.words.spoken import Spoken, in_code, in_template, spoken

from tongban.capabilities.certificates.credential import BODY, BODY_CODE, COMMON
from tongban.capabilities.certificates.forms import ChangeForm, CopyForm, ScanForm
from tongban.capabilities.certificates.holding import Group
from tongban.capabilities.certificates.services import Result
from tongban.capabilities.linkage.forms import CHOICES
from tongban.capabilities.linkage.levels import levels
from tongban.capabilities.linkage.model import Measure
from tongban.capabilities.services.progress import Standing
from tongban.capabilities.workbench.forms import FORMS
from tongban.capabilities.workbench.views import VIEWS
from tongban.kernel.case.certificate import Change, Status
from tongban.kernel.case.model import ClockState, Kind, Outcome, Phase, PromiseStanding
from tongban.kernel.catalog.model import DataType, SharingType, UpdateCycle
from tongban.kernel.query.terms.masks import _MASKS
from tongban.kernel.terms import SubjectKind, Text
from tongban.pack.kinds.catalog import Openness
from tongban.store.staff import Tie
from tongban.words.catalogue import ROOT, words


ACTS = tuple(FORMS)
LEVELS = {level.code for measure in Measure for level in levels("item", measure)}
ASKED = {
    name
    for form in FORMS.values()
    for name, asked in form.base_fields.items()
    if not asked.widget.is_hidden
}
YES_NO = ("yes", "no")
DEVICES = ("phone", "computer")
MISSING = (
    "choice",
    "declaration",
    "fewer-rows",
    "field",
    "paper",
    "reason",
    "row-twice",
    "rows",
    "unseen",
)
# What fills the gap of each pattern; a new pattern has no line here and fails.
FILLED: Mapping[str, Collection[str]] = {
    "certificates.change.{}": tuple(Change),
    "certificates.copy.{}": [*CopyForm.base_fields, "maker", "made", "code"],
    "certificates.group.{}": tuple(Group),
    "certificates.label.{}": [
        *ScanForm.base_fields,
        *(name for name in ChangeForm.base_fields if name != "key"),
    ],
    "certificates.result.{}": [result.name.lower() for result in Result],
    "certificates.wallet.claim.{}": (*COMMON, BODY, BODY_CODE),
    "certificates.status.{}": [status.value for status in Status],
    "linkage.level.{}": LEVELS,
    "linkage.measure.{}": tuple(Measure),
    "linkage.outcome.{}": tuple(Outcome),
    "linkage.verdict.{}": CHOICES,
    "services.case.over-{}": (*Outcome, "revoked"),
    "services.crossed.title-{}": DEVICES,
    "services.mine.on-{}": DEVICES,
    "services.missing.{}.{}": [
        f"{kind}.{part}" for kind in MISSING for part in ("what", "mend")
    ],
    "services.seen.{}.{}": [f"{k}.{v}" for k in ("record", "answer") for v in YES_NO],
    "services.standing.{}": tuple(Standing),
    "services.notice.{}": (
        *("accepted", "declined", "granted", "refused"),
        *(f"{kind}-text" for kind in ("accepted", "declined", "granted", "refused")),
        *("deemed-text", "silence-text"),
    ),
    "services.promise.state.{}": tuple(PromiseStanding),
    "services.{}.done": ("withdraw", "review", "object"),
    "services.{}.nothing": ("withdraw", "review", "object"),
    "sharing.clock.{}": tuple(SharingType),
    "sharing.cycle.{}": tuple(UpdateCycle),
    "sharing.data-types.{}": tuple(DataType),
    "sharing.masks.{}": tuple(_MASKS),
    "sharing.opens.{}": tuple(Openness),
    "sharing.types.{}": tuple(SharingType),
    "story.{}": (),
    "story.acts.{}": (),
    "services.guide.stage-{}": ("acceptance", "decision"),
    "story.promises.{}": (),
    "workbench.act.{}": ACTS,
    "workbench.charge.{}": ("accept", "decide"),
    "workbench.clock.{}": tuple(ClockState),
    "workbench.done.{}": ACTS,
    "workbench.empty.{}": VIEWS,
    "workbench.event.{}": tuple(Kind),
    "workbench.field.{}": tuple(ASKED),
    "workbench.hint.{}": ACTS,
    "workbench.outcome.{}": tuple(Outcome),
    "workbench.phase.{}": tuple(Phase),
    "workbench.promise-state.{}": tuple(PromiseStanding),
    "workbench.tie.{}": tuple(Tie),
    "workbench.tied-to.{}": tuple(SubjectKind),
    "workbench.verified.{}": tuple(Outcome),
    "workbench.views.{}": VIEWS,
}
# Said by kinds of event and their variants: services/telling.py.
TOLD = "services.event."
# The verifier is one file that runs alone and brings its own words.
APART = ("kernel/ledger/verifier.py",)


@pytest.fixture(scope="module")
def said() -> Spoken:
    return spoken(ROOT, APART)


def undeclared(said: Spoken, declared: Collection[str]) -> list[str]:
    """Keys that are asked for and nowhere declared, with the asking file."""
    return sorted(f"{at}: {key}" for at, key in said.keys if key not in declared)


def unfilled(said: Spoken, declared: Collection[str]) -> list[str]:
    """Patterns without a line in FILLED, and values of a line without a sentence."""
    wrong = {
        f"{place}: {pattern} is not listed"
        for place, pattern in said.patterns
        if pattern not in FILLED
    }
    for pattern, values in FILLED.items():
        for value in values:
            parts = iter(str(value).split(".", pattern.count("{}") - 1))
            key = "".join(
                f"{fixed}{next(parts) if name is not None else ''}"
                for fixed, name, _, _ in string.Formatter().parse(pattern)
            )
            if key not in declared:
                wrong.add(f"{pattern}: {key} is not declared")
    return sorted(wrong)


def unused(said: Spoken, declared: Collection[str]) -> list[str]:
    """Sentences that nobody can hear; errors' are judged by their codes elsewhere."""
    asked = said.names()
    patterns = {pattern for _, pattern in said.patterns} | {f"{TOLD}{{}}"}
    heads = {p.split("{}", 1)[0] for p in patterns if not p.startswith("services.{}")}
    middles = {("services.", p.rpartition("{}")[2]) for p in patterns}
    return sorted(
        key
        for key in declared
        if key not in asked
        and not key.startswith("errors.")
        and not key.startswith(tuple(heads))
        and not any(tail and key.endswith(tail) for _, tail in middles)
    )


def one_sided(declared: Mapping[str, Text]) -> list[str]:
    """Sentences that are empty in one language and not in the other."""
    return sorted(k for k, text in declared.items() if bool(text.zh) != bool(text.en))


def different_facts(declared: Mapping[str, Text]) -> list[str]:
    """Sentences whose languages name different facts."""

    def facts(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    return sorted(k for k, t in declared.items() if facts(t.zh) != facts(t.en))


def test_every_key_asked_for_is_declared(said: Spoken) -> None:
    assert undeclared(said, words()) == []


def test_every_pattern_has_all_its_sentences(said: Spoken) -> None:
    assert unfilled(said, words()) == []


def test_no_pattern_is_listed_in_vain(said: Spoken) -> None:
    found = {pattern for _, pattern in said.patterns}
    assert [p for p in FILLED if p not in found and not p.startswith("story.")] == []


def test_every_sentence_can_be_heard(said: Spoken) -> None:
    assert unused(said, words()) == []


def test_both_languages_say_everything() -> None:
    assert one_sided(words()) == []


def test_both_languages_name_the_same_facts() -> None:
    assert different_facts(words()) == []


def test_a_key_without_sentence_is_caught() -> None:
    found = Spoken()
    in_template("a.html", """{% say "home.nowhere" %}{% say 'home.title' %}""", found)
    in_code("a.py", "say('home.nor-here', day=1)", found)
    declared = {"home.title"}
    assert undeclared(found, declared) == [
        "a.html: home.nowhere",
        "a.py: home.nor-here",
    ]


def test_a_new_pattern_is_caught() -> None:
    found = Spoken()
    in_template("a.html", """{% with key="home.kinds."|add:kind %}""", found)
    in_code("a.py", "say(f'home.{name}.done')", found)
    assert [line for line in unfilled(found, words()) if "a." in line] == [
        "a.html: home.kinds.{} is not listed",
        "a.py: home.{}.done is not listed",
    ]


def test_a_value_without_sentence_is_caught() -> None:
    declared = [key for key in words() if key != "workbench.phase.correcting"]
    assert unfilled(Spoken(), declared) == [
        "workbench.phase.{}: workbench.phase.correcting is not declared"
    ]


def test_a_sentence_nobody_hears_is_caught(said: Spoken) -> None:
    assert unused(said, [*words(), "home.forgotten"]) == ["home.forgotten"]


@pytest.mark.parametrize(("zh", "en"), [("有", ""), ("", "some")])
def test_a_missing_language_is_caught(zh: str, en: str) -> None:
    assert one_sided({"home.half": Text(zh, en)}) == ["home.half"]


def test_a_forgotten_fact_is_caught() -> None:
    assert different_facts({"home.days": Text("{days} 天", "days")}) == ["home.days"]


def test_words_of_a_file_apart_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "verifier.py").write_text("say('own.word')", "utf-8")
    assert spoken(tmp_path, ("verifier.py",)).keys == set()
