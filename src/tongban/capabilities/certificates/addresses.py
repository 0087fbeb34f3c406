"""Addresses that certificates bear and wallets ask: all at the site's public one."""

from functools import lru_cache

from django.conf import settings
from django.urls import reverse


def issuer() -> str:
    """Who issues, as ``iss``, credential issuer and authorization server alike."""
    url: str = settings.PUBLIC_URL
    return url


def absolute(route: str, *parts: object) -> str:
    """The public address of a route of ours, whatever host a request named."""
    return _absolute(issuer(), route, *parts)


@lru_cache(maxsize=1024)
def _absolute(issuer: str, route: str, *parts: object) -> str:
    return f"{issuer}{reverse(route, args=parts)}"


def vct(code: str) -> str:
    """The type of a credential (``vct``): where its metadata are published."""
    return absolute("credential-type", code)
