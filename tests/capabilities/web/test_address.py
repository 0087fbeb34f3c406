"""The public address: HTTPS, or of this machine."""

import pytest

from tongban.web.address import DEFAULT, BadAddress, public


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("", DEFAULT),
        ("https://pages.city.example/", "https://pages.city.example"),
        ("https://pages.city.example:8443", "https://pages.city.example:8443"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_what_certificates_can_bear(text: str, address: str) -> None:
    assert public(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "http://pages.city.example",
        "http://10.0.0.5:8000",
        "https://",
        "https://pages.city.example/below",
        "https://user@pages.city.example",
        "https://pages.city.example:port",
        "pages.city.example",
    ],
)
def test_what_they_cannot_is_refused(text: str) -> None:
    with pytest.raises(BadAddress):
        public(text)
