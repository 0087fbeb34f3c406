"""The platform's own records that a pack may catalogue like any department's.

A closed list: no account, password, text of a form or paper is in it. What is
personal in it is graded and masked by the dataset that names it, and read under a
grant, with a receipt, like everything else.
"""

from collections.abc import Mapping
from types import MappingProxyType


# Of each record of a case: its key, when it came to be and last changed, the case.
_RECORD = frozenset({"record", "created", "changed", "number"})

# Table to its columns; the store says where each is kept.
TABLES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        # 办件: one row a case, without what the applicant wrote.
        "cases": frozenset(
            {
                "number",
                "type",
                "organization",
                "applicant_kind",
                "applicant_id",
                "phase",
                "opened",
                "due",
                "closed",
                "outcome",
            }
        ),
        # 违诺记录: one row a promise that time or a finding broke.
        "broken_promises": frozenset(
            {
                "case",
                "type",
                "organization",
                "applicant_kind",
                "applicant_id",
                "kind",
                "broken",
                "lapsed",
                "reasons",
                "repaired",
            }
        ),
        # 抽查复核: one row an instant decision that a person looks at again.
        "samples": frozenset(
            {"case", "type", "organization", "drawn", "reviewed", "agrees"}
        ),
        # 用数凭据: one row a use of data.
        "uses": frozenset(
            {
                "id",
                "at",
                "by",
                "organization",
                "purpose",
                "case",
                "subject_kind",
                "subject_id",
                "rows",
                "plan",
            }
        ),
        # 办件记录: the record set of items for the national platform.
        "case_accepted": _RECORD
        | {
            "item_title",
            "item_code",
            "item_version",
            "applicant_kind",
            "applicant_id_kind",
            "applicant_id",
            "channel",
            "applied",
            "accepted",
            "department",
            "department_code",
            "promised_until",
            "handling",
        },
        "case_process": _RECORD
        | {"stage", "act", "started", "ended", "opinion", "officer"},
        "case_results": _RECORD
        | {"closed", "outcome", "description", "result_title", "courier"},
        "case_special": _RECORD | {"title", "started", "ended", "reason"},
        "case_materials": _RECORD | {"title", "attachment", "way", "count"},
    }
)
