"""What every route, template, error and case type owes to the person who meets it.

Each duty is tried twice: the source keeps it, and a planted breach is caught.
"""

import os
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, path
from tests.architecture.raised import codes, codes_of
from tests.architecture.sentences import bare
from tests.handlers import HANDLERS
from tests.sections import SECTIONS
from tools.source import ROOT, Module, modules

from tongban.kernel.case.declaration import CaseKind, CaseType
from tongban.pack import loader
from tongban.pack.model import Pack
from tongban.words.catalogue import words


PACKS = ("donghai", "national", "yunzhou")
RAISING = tuple(
    f"src/tongban/{layer}" for layer in ("capabilities", "kernel", "store", "web")
)

# ---------------------------------------------------------------------- routes


def unguarded(patterns: Iterable[Any], before: str = "") -> list[str]:
    """Routes whose view no `door` was put before."""
    found: list[str] = []
    for each in patterns:
        route = f"{before}{each.pattern}"
        if not isinstance(each, URLPattern):
            found += unguarded(each.url_patterns, route)
        elif not getattr(each.callback, "who", None):
            found.append(route)
    return found


LISTED = """
import django; django.setup()
from tests.architecture.test_duties import unguarded
from tongban.web.urls import urlpatterns
print(len(urlpatterns), *unguarded(urlpatterns))
"""


def test_every_route_has_a_door() -> None:
    # A process of its own: the tests beside this one do without Django.
    told = {"DJANGO_SETTINGS_MODULE": "tongban.web.settings", "PYTHONPATH": str(ROOT)}
    listed = subprocess.run(
        [sys.executable, "-c", LISTED],
        env={**os.environ, **told},  # noqa: TID251
        check=True,
        capture_output=True,
        text=True,
    )
    routes, *open_ones = listed.stdout.split()
    assert int(routes) > 1
    assert open_ones == []


def test_a_route_without_door_is_caught() -> None:
    def view(request: object) -> None:
        """Lets everybody in without saying so."""

    assert unguarded([path("back-door/", view)]) == ["back-door/"]


# ------------------------------------------------------------------- templates


def templates() -> dict[str, str]:
    folder = ROOT / "src" / "tongban"
    return {
        str(path.relative_to(ROOT)): path.read_text("utf-8")
        for path in sorted(folder.rglob("templates/**/*.html"))
    }


def test_templates_have_no_words_of_their_own() -> None:
    found = {place: said for place, text in templates().items() if (said := bare(text))}
    assert found == {}


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{% if kept %}请稍候{% endif %}", ["请稍候"]),
        ("<p>Please wait</p>", ["Please wait"]),
        ("<p>{{ name }}：{{ value }}</p>", ["："]),
        ('<input placeholder="您的姓名">', ["您的姓名"]),
        ('<a title="Open it" href="/">{{ name }}</a>', ["Open it"]),
        ("{% if a %}<b>{# why #}Go{% endif %}</b>", ["Go"]),
    ],
)
def test_bare_words_are_caught(template: str, said: list[str]) -> None:
    assert bare(template) == said


@pytest.mark.parametrize(
    "template",
    [
        '{% say "home.title" %} · {{ name|read }} ({{ count }})',
        "<pre><code>python3 verifier.py</code></pre>",
        '<a class="button second" href="/cases/">{{ title }}</a>',
        '<button lang="en" value="en">English</button>',
        'aria-invalid="true" aria-describedby="{{ id }}-error"',
    ],
)
def test_what_is_no_sentence_may_stand(template: str) -> None:
    assert bare(template) == []


# ---------------------------------------------------------------------- errors

# Codes that no page shows, with the reason. Everything else needs words.
APART: Mapping[str, str] = {
    "error": "the root, which nobody raises",
    "refused": "the root of refusals, which nobody raises",
    "case.refused": "the root of the case's refusals",
    "catalog.invalid-value": "brings its sentences in both languages as facts",
    "proof": "the verifier's own words, in both languages",
    "account.reserved": "the command line makes accounts",
    "account.taken": "the command line makes accounts",
    "city.script": "met by authors of packs, while a practice city is built",
    "case.unplannable": "met by authors of packs, in English",
    "store.database-url": "met by operators, on the command line",
    "site.address": "met by operators, on the command line",
    "site.proxies": "met by operators, on the command line",
    "sources.address": "met by operators, in a file of theirs",
    "sources.not-surveyed": "met by operators, on the command line",
    "sources.unreadable": "met by operators, on the command line",
    "site.retention": "met by operators, on the command line",
    "ledger.no-leaf": "met by operators, on the command line",
    "lake.rows-refused": "met by operators, while mirroring",
    "grant.taken": "an id that the application's own number makes unique",
    "grant.unknown": "met by operators, on the command line",
}
# Statements are written by authors of packs and on the command line, in English; a
# page sends only compiled declarations, which a pack is refused for, not a person.
WRITTEN_SQL = {
    "query.syntax", "query.character", "query.statements", "query.not-select",
    "query.node", "query.function", "query.name", "query.type", "query.columns",
    "query.unknown-dataset", "query.unknown-item", "query.mask", "query.param",
}  # fmt: skip


@pytest.fixture(scope="module")
def raised() -> frozenset[str]:
    return frozenset(codes(modules(*RAISING)))


def wordless(raised: Iterable[str], declared: Collection[str]) -> list[str]:
    """Codes a person may meet for which nothing says what happened and what to do."""
    met = set(raised) - APART.keys() - WRITTEN_SQL
    return sorted(
        f"errors.{code}.{part}"
        for code in met
        for part in ("what", "mend")
        if f"errors.{code}.{part}" not in declared
    )


def homeless(raised: Collection[str], declared: Iterable[str]) -> list[str]:
    """Words of errors that nothing raises."""
    pages = {"not-found", "defect", "stale-form", "locked"}
    parts = (".what", ".why", ".mend")
    return sorted(
        key
        for key in declared
        if key.startswith("errors.")
        and key.endswith(parts)
        and key.removeprefix("errors.").rpartition(".")[0] not in {*raised, *pages}
    )


def test_every_error_says_what_happened_and_what_to_do(raised: frozenset[str]) -> None:
    assert wordless(raised, words()) == []


def test_every_error_with_words_is_raised(raised: frozenset[str]) -> None:
    assert homeless(raised, words()) == []


def test_no_exception_for_codes_that_are_gone(raised: frozenset[str]) -> None:
    assert sorted((APART.keys() | WRITTEN_SQL) - raised) == []


def test_an_error_without_words_is_caught() -> None:
    assert wordless(["case.new-one"], {"errors.case.new-one.what"}) == [
        "errors.case.new-one.mend"
    ]


def test_words_without_error_are_caught() -> None:
    assert homeless({"case.stale"}, ["errors.case.gone.why"]) == [
        "errors.case.gone.why"
    ]


PLANTED = """
class Lost(UserError):
    code = "planted.lost"
reason, code = why, "planted.why"
other = "planted.none"
raise Refused("no", code="planted.no" if old else "planted.never")
raise InvalidValue("no", code=f"{prefix}.{check}")
"""


def test_codes_are_found_where_they_are_raised() -> None:
    found = codes_of(Module("src/planted.py", PLANTED))
    assert found == {"planted.lost", "planted.no", "planted.never", "planted.why"}


# ------------------------------------------------------------------ case types


def clockless(pack: Pack) -> Iterator[str]:
    """Case types and steps that could wait for ever."""
    for kind in pack.case_types.values():
        if kind.kind is CaseKind.ONE_THING:
            idle = [step for step in kind.steps if step.case_type is None]
            yield from (f"{kind.code}.{step.name}" for step in idle if not step.clock)
            continue
        # Where nobody accepts, the case is accepted as it comes in.
        awaited = ("acceptance", "decision") if kind.acceptor else ("decision",)
        for name in awaited:
            clock = getattr(kind, name)
            if clock is None or clock.days < 1 or not clock.basis:
                yield f"{kind.code}: {name}"
        yield from (f"{kind.code}.{s.name}" for s in kind.steps if s.clock is None)


def pack_at(folder: Path) -> Pack:
    return loader.load(folder, handlers=HANDLERS, sections=SECTIONS)


@pytest.mark.parametrize("name", PACKS)
def test_every_case_type_has_its_clocks(name: str) -> None:
    pack = pack_at(ROOT / "packs" / name)
    assert pack.case_types
    assert list(clockless(pack)) == []


def test_no_shipped_pack_is_forgotten() -> None:
    found = {path.parent.name for path in (ROOT / "packs").glob("*/pack.yaml")}
    assert found == set(PACKS)


def test_a_case_type_that_could_wait_for_ever_is_caught() -> None:
    pack = pack_at(ROOT / "packs" / "yunzhou")
    code = "market.food-permit.new"
    assert planted(pack, code, decision=None) == [f"{code}: decision"]
    steps = [replace(step, clock=None) for step in pack.case_types[code].steps]
    assert planted(pack, code, steps=tuple(steps)) == [f"{code}.site-check"]


def planted(pack: Pack, code: str, **breach: Any) -> list[str]:
    kind: CaseType = replace(pack.case_types[code], **breach)
    return list(clockless(replace(pack, case_types={code: kind})))
