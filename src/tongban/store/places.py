"""The places of one installation: what its pack names, at its site's addresses."""

from collections.abc import Collection, Mapping
from pathlib import Path

from tongban.home import Home
from tongban.kernel.catalog.model import Source, SourceKind
from tongban.kernel.query.engines import mysql, postgresql
from tongban.kernel.query.engines.address import Address
from tongban.kernel.query.engines.http import Interfaces
from tongban.kernel.query.engines.places import Place
from tongban.kernel.query.engines.sqlite import Departments
from tongban.store.addresses import Addresses
from tongban.store.records import Records
from tongban.store.registers import conninfo


def of(
    home: Home, addresses: Addresses, sources: Collection[Source]
) -> dict[str, Place]:
    """A place for each kind of live source, as Sources takes them."""
    return {
        SourceKind.SQLITE: Departments(files(home, addresses, sources)),
        SourceKind.POSTGRESQL: postgresql.Servers(
            {
                name: postgresql.Database(conninfo(address))
                for name, address in addresses.get(SourceKind.POSTGRESQL, {}).items()
            }
        ),
        SourceKind.MYSQL: mysql.Servers(addresses.get(SourceKind.MYSQL, {})),
        SourceKind.HTTP: Interfaces(addresses.get(SourceKind.HTTP, {})),
        SourceKind.PLATFORM: Records(),
    }


def files(
    home: Home, addresses: Addresses, sources: Collection[Source]
) -> dict[str, Path]:
    """The SQLite file of each department, in the home unless the site says where."""
    bound = addresses.get(SourceKind.SQLITE, {})
    names = {each.database for each in sources if each.kind is SourceKind.SQLITE}
    return {name: _path(bound, name) or home.department(name) for name in names}


def _path(bound: Mapping[str, Address], name: str) -> Path | None:
    return Path(bound[name].parts.path) if name in bound else None
