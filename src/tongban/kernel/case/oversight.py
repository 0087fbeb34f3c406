"""Who is above an organisation when its work is left undone (主管部门)."""

from collections.abc import Mapping

from tongban.kernel.case.declaration import Oversight
from tongban.kernel.catalog.model import Organization


def oversight_of(
    organizations: Mapping[str, Organization], code: str
) -> Oversight | None:
    """The superior that ``code`` declares, else the jurisdiction's competent one.

    None where neither has said who looks after those below.
    """
    declared = organizations.get(code)
    named = declared.superior if declared else None
    competent = (o.code for o in organizations.values() if o.competent and o.leader)
    above = organizations.get(named or next(competent, ""))
    if above is None or above.supervisor is None or above.leader is None:
        return None
    return Oversight(above.code, above.supervisor, above.leader)
