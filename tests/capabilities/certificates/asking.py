"""How visitors look at pages and programs ask services."""

import json
import re
from typing import Any

from django.test import Client
from tests.capabilities.qinghe import person

from tongban.kernel.terms import Text
from tongban.store import accounts


def visitor(name: str, **account: Any) -> Client:
    made = accounts.create(name, title=Text(name, name), **account)
    client = Client()
    client.force_login(made)
    return client


def text_of(client: Client, path: str, **data: Any) -> str:
    answer = client.post(path, data) if data else client.get(path)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return str(answer.content.decode())


def code_in(page: str) -> str:
    found = re.search(r"<code>(gAAAA[^<]+)</code>", page)
    assert found
    return found.group(1)


def service(client: Client, name: str, **asked: Any) -> dict[str, Any]:
    answer = client.post(
        f"/certificates/services/{name}/", asked, content_type="application/json"
    )
    assert answer.status_code == 200, answer.content.decode()[:500]
    told: dict[str, Any] = json.loads(answer.content)
    return told


def as_holder() -> Client:
    """何小雨, signed in."""
    return visitor("citizen.0", kind="citizen", subject=person())


def as_official(organization: str, post: str) -> Client:
    """Somebody of that office and post, signed in."""
    name = f"{organization}.{post}"
    return visitor(name, kind="official", organization=organization, posts=[post])
