"""Constraints that several tables share."""

from django.db.models import CheckConstraint, Q


def paired(first: str, second: str, name: str) -> CheckConstraint:
    """Both texts are given, or neither is."""
    neither = Q(**{first: ""}) & Q(**{second: ""})
    both = ~Q(**{first: ""}) & ~Q(**{second: ""})
    return CheckConstraint(condition=neither | both, name=name)


def moment_with_text(moment: str, text: str, name: str) -> CheckConstraint:
    """The moment is known exactly when the text is."""
    neither = Q(**{f"{moment}__isnull": True}) & Q(**{text: ""})
    both = Q(**{f"{moment}__isnull": False}) & ~Q(**{text: ""})
    return CheckConstraint(condition=neither | both, name=name)
