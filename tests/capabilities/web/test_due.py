"""A limit in words: days left, today, passed."""

from datetime import date
from typing import Any

import pytest
from django.template.loader import render_to_string


SATURDAY_AFTER = {"remaining": 0, "late": True}


@pytest.mark.parametrize("template", ["components/due.html", "services/_due.html"])
@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"remaining": 5, "late": False}, "还剩 5 个工作日"),
        ({"remaining": 0, "late": False}, "今天到期"),
        (SATURDAY_AFTER, "已超期(应于"),
        ({"remaining": 0, "state": "overdue"}, "已超期(应于"),
        ({"remaining": -3, "late": True}, "已超期 3 个工作日"),
    ],
)
def test_a_limit_is_said_in_words(
    template: str, told: dict[str, Any], said: str
) -> None:
    context = {"due": date(2026, 12, 4), **told}
    assert said in render_to_string(template, context)


def test_what_has_passed_is_marked_on_a_day_off_too() -> None:
    context = {"due": date(2026, 12, 4), **SATURDAY_AFTER}
    assert 'class="clock small late"' in render_to_string(
        "components/due.html", context
    )
