"""Counts the SQL statements of each page, in a process where Django is set up."""

import json
import sys

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.functional.browser.addresses import PAGES

from tongban.store.models import Account


def counted(facts: dict[str, str]) -> dict[str, list[str]]:
    """The statements that each page sends, session and account included."""
    found = {}
    for name, (account, path) in PAGES.items():
        client = Client(SERVER_NAME="localhost")
        if account:
            client.force_login(Account.objects.get(username=account))
        address = path.format_map(facts)
        # The first look compiles templates and loads the pack, the second counts.
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        found[name] = [query["sql"] for query in captured.captured_queries]
    return found


def main() -> None:
    """Print ``{page: [statement, …]}`` as JSON for the facts of the first argument."""
    sys.stdout.write(json.dumps(counted(json.loads(sys.argv[1]))))
