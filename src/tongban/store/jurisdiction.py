"""The declarations in force, and what a process builds of them once.

The pack is loaded by the function that the setting PACK_LOADER names: it knows the
handlers and sections of capabilities, which the store, below them, may not know.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, tzinfo
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.utils.module_loading import import_string
from pydantic import TypeAdapter

from tongban.home import Home
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.engines import Sources
from tongban.kernel.query.engines.duckdb import Lake
from tongban.kernel.query.lowering.spelling import LAKE, SPARK
from tongban.kernel.terms import UserError
from tongban.pack.model import Pack
from tongban.store import addresses, clock, grants, places
from tongban.store.models import PackInForce


class PackLost(UserError):
    """A case names declarations that are not there."""

    code = "pack.lost"


# Case types as they are kept: field by field, and not as the text of the pack.
_KEPT = TypeAdapter(dict[str, tuple[CaseType, ...]])
CLUSTER = "tongban.kernel.query.engines.spark.Cluster"


def current() -> Pack:
    """The pack recorded in the home with the case types of today, loaded once.

    UserError with every problem of the pack when it does not load.
    """
    pack = _pack(settings.HOME.pack)
    return _of(settings.HOME.pack, clock.now().date()) if pack.dated else pack


def on(day: date) -> Pack:
    """The pack with the case types of ``day``."""
    return _of(settings.HOME.pack, day)


@lru_cache(maxsize=32)
def _of(path: Path, day: date) -> Pack:
    return _pack(path).on(day)


@cache
def _pack(path: Path) -> Pack:
    loaded: Pack = import_string(settings.PACK_LOADER)(path)
    return loaded


def zone() -> tzinfo:
    """The civil time in which the jurisdiction's days begin and end."""
    return current().calendar.zone


def sources() -> Sources:
    """Where the departments' rows are, for the whole life of the process."""
    return _sources(settings.HOME)


@cache
def _sources(home: Home) -> Sources:
    declared = [each.source for each in _pack(home.pack).catalog.datasets.values()]
    # The client of a cluster is an extra, which only its module needs.
    cluster = import_string(CLUSTER) if settings.SPARK else None
    return Sources(
        places.of(home, addresses.read(home.sources), declared),
        home.lake,
        bulk=cluster and cluster(settings.SPARK, Lake(home.lake)),
    )


def pseudonym_secret() -> bytes:
    """What keyed masks are made with."""
    return _pseudonym_secret(settings.HOME)


@cache
def _pseudonym_secret(home: Home) -> bytes:
    return home.pseudonym_secret()


@dataclass(slots=True)
class _Compiled:
    """The compiler of one pack for one state of the grants, and what made it."""

    pack: str = ""
    revision: int = -1
    seen: grants.Changes = grants.NEVER
    compiler: Compiler | None = None
    lock: Lock = field(default_factory=Lock)


_compiled = _Compiled()


def compiler() -> Compiler:
    """The compiler under the grants of this moment: one look at their revision.

    A grant that another process revokes is gone at the next call here. After the
    first, only what changed is read: a hundred thousand grants take seconds.
    """
    pack, revision = current(), grants.revision()
    with _compiled.lock:
        known = _compiled.compiler if _compiled.pack == pack.digest else None
        if known is not None and _compiled.revision == revision:
            return known
        changes = grants.changes(_compiled.seen) if known else None
        if known is None or changes is None:
            changes = grants.changes() or grants.NEVER
            in_force = grants.in_force(pack.grants, changes)
            bulk = SPARK if settings.SPARK else LAKE
            known = Compiler(pack.catalog, pack.purposes, in_force, bulk=bulk)
        else:
            known = known.under(changes.grants)
        _compiled.compiler, _compiled.seen = known, changes
        _compiled.pack, _compiled.revision = pack.digest, revision
        return known


def note_in_force() -> None:
    """Record that the current declarations are in force from now on."""
    pack = current()
    last = PackInForce.objects.order_by("-since").first()
    if last is None or last.digest != pack.digest:
        PackInForce.objects.create(
            digest=pack.digest,
            title=pack.title.zh,
            since=clock.now(),
            case_types=_KEPT.dump_python(dict(pack.versions), mode="json"),
        )


def versions(digest: str) -> Mapping[str, tuple[CaseType, ...]]:
    """The versions of each case type in the declarations with that digest.

    Without a digest, in those in force. PackLost for declarations that are not kept.
    """
    if digest in ("", current().digest):
        return current().versions
    return _versions(settings.HOME, digest)


def declared(code: str, digest: str) -> CaseType:
    """The last version of a case type in the declarations with that digest."""
    return versions(digest)[code][-1]


@cache
def _versions(_home: Home, digest: str) -> Mapping[str, tuple[CaseType, ...]]:
    """Read once: what was declared under a digest never changes."""
    rows = PackInForce.objects.filter(digest=digest).order_by("-since")
    stored = rows.values_list("case_types", flat=True).first()
    if stored is None:
        raise PackLost(
            "the declarations under which this case was opened are not kept",
            why=f"none with the digest {digest[:12]} was ever in force here",
            mend="restore the backup of this installation, or put that pack in force",
            digest=digest,
        )
    return _KEPT.validate_python(stored)


def forget() -> None:
    """Load everything anew at the next call: the home bears another pack."""
    settings.HOME = Home(settings.HOME.path)
    _sources.cache_clear()
    _pack.cache_clear()
    _versions.cache_clear()
    _of.cache_clear()
