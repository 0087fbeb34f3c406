"""A citizen at the portal: signed in, with a form to fill."""

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from tests.capabilities.qinghe import PEOPLE, person

from tongban.kernel.terms import Actor, Text
from tongban.store import accounts
from tongban.store.models import Account


PDF = b"%PDF-1.7\n%%EOF\n"
ANSWERS = {
    "answer-shop_name": "清河县小雨书店",
    "answer-premises_address": "清河县河滨路 8 号",
}
APPLY = "/services/open-shop/apply/"


def account(place: int = 0) -> Account:
    name = f"citizen.{place}"
    found = Account.objects.filter(username=name).first()
    return found or accounts.create(
        name, title=Text(PEOPLE[place][1]), kind="citizen", subject=person(place)
    )


def actor(place: int = 0) -> Actor:
    return account(place).actor()


def signed_in(place: int = 0, language: str = "zh-hans") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(account(place), "django.contrib.auth.backends.ModelBackend")
    return client


def start(client: Client) -> str:
    """Begin the matter; the number that the case will have."""
    client.post("/services/open-shop/start/")
    page = client.get(APPLY).content.decode()
    found = re.search(r'name="number" value="(\d+)"', page)
    assert found is not None
    return found[1]


def send(client: Client, number: str, **more: Any) -> HttpResponse:
    """Send the form; ``more`` replaces or adds fields, None leaves one out."""
    fields = {**ANSWERS, "declaration": "yes", "act": "submit", "number": number}
    fields |= {name.replace("__", "-"): value for name, value in more.items()}
    given = {name: value for name, value in fields.items() if value is not None}
    return client.post(APPLY, given)


def give_plan(client: Client, number: str) -> HttpResponse:
    """What the form sends by itself when the plan is chosen."""
    page = "/services/open-shop/papers/plan/"
    return client.post(page, {"number": number, "paper-plan": pdf()})


def opened(client: Client) -> str:
    """A case of this citizen, sent with the form as it stands."""
    number = start(client)
    response = send(client, number)
    assert response.status_code == 302
    return number


def pdf(name: str = "plan.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, "application/pdf")
