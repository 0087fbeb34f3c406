"""What is wrong with one answer, in words for the person who gave it."""

from collections.abc import Iterator

from tongban.capabilities.services.record import Problem
from tongban.capabilities.services.values import (
    choices_of,
    element_of,
    meant,
    refuse_wrong,
)
from tongban.kernel.case.declaration import Field
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.checks import InvalidValue
from tongban.kernel.terms import Text
from tongban.words.catalogue import words


def judge(field: Field, given: str, catalog: Catalog) -> Iterator[Problem]:
    """What keeps ``given`` from being the field's value, if anything does."""
    text = meant(element_of(field, catalog), given)
    if not text:
        if field.required:
            kind = "choice" if choices_of(field, catalog) else "field"
            yield missing(field.name, field.title, kind)
        return
    try:
        refuse_wrong(field, text, catalog)
    except InvalidValue as invalid:
        facts = {name: str(fact) for name, fact in invalid.facts.items()}
        yield Problem(
            field.name,
            Text(facts["what_zh"], facts["what_en"]),
            Text(facts["mend_zh"], facts["mend_en"]),
            field.title,
        )


def missing(where: str, title: Text, kind: str, **facts: object) -> Problem:
    """A problem told by the catalogue of words under ``services.missing.<kind>``."""
    what, mend = (
        words()[f"services.missing.{kind}.{part}"] for part in ("what", "mend")
    )
    return Problem(where, _filled(what, title, facts), _filled(mend, title, facts))


def _filled(text: Text, title: Text, facts: dict[str, object]) -> Text:
    return Text(
        text.zh.format(title=title.zh, **facts),
        text.get("en").format(title=title.get("en"), **facts),
    )
