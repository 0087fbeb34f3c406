"""Leads from the desk to the page on which a review is decided."""

from tongban.capabilities.linkage import actions
from tongban.store import desk


def review_page(type_code: str, number: str) -> str | None:
    """The review's page; None for cases that are no reviews."""
    kinds = {each.case_type for each in actions.declared().values()}
    return f"/linkage/reviews/{number}/" if type_code in kinds else None


desk.work_elsewhere(review_page)
