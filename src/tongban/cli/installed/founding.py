"""An installation's state folder, its database, the declarations in force."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from tongban.capabilities.certificates import keys
from tongban.home import Home
from tongban.pack.model import Pack
from tongban.store import addresses, clock, jurisdiction, ledger
from tongban.web.packs import load


def make(path: Path, pack: Path) -> Pack:
    """Make the home at ``path`` for the pack, or put the pack in force in it.

    A pack with mistakes (PackErrors) changes nothing.
    """
    declared = load(pack)
    Home.create(path, pack=pack, origin=declared.origin, timezone=declared.timezone)
    jurisdiction.forget()
    return open_up()


def open_up() -> Pack:
    """Bring the database up to date, record the pack in force, sign the ledger.

    UserError for a pack or a file of addresses that cannot be used.
    """
    declared = jurisdiction.current()
    addresses.read(settings.HOME.sources)
    call_command("migrate", interactive=False, verbosity=0)
    jurisdiction.note_in_force()
    ledger.integrate()
    # Published before anything is signed with it: keys are read ahead.
    keys.signing_key(clock.now())
    return declared
