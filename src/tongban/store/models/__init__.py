"""The tables. Only the store imports them: see commit.py for the one door.

What may be personal in them is said field by field in classification.py.
"""

from tongban.store.models.accounts import Account, Draft, StoredFile
from tongban.store.models.afterwards import BrokenPromise, SampleRecord
from tongban.store.models.cases import (
    CaseDuty,
    CaseEvent,
    CaseNumber,
    CaseRecord,
    CommandKey,
    RecusalRecord,
    RuleVerdict,
    Timeliness,
)
from tongban.store.models.certificates import (
    CertificateChange,
    CertificateCopy,
    CertificateFile,
    CertificateLook,
    CertificateRecord,
    PassScan,
)
from tongban.store.models.ledger import (
    Checkpoint,
    LeafOpening,
    LedgerLeaf,
    LedgerNode,
    LedgerTree,
)
from tongban.store.models.papers import PaperReading
from tongban.store.models.privacy import PrivacyQuestion, PrivacySpent
from tongban.store.models.staff import Absence, OfficialRelation
from tongban.store.models.uses import (
    GrantRecord,
    GrantRevision,
    GrantUsage,
    PackInForce,
    PlanLineage,
    UseReceipt,
)
from tongban.store.models.wallets import (
    PresentationRecord,
    PushedRequest,
    WalletCredential,
    WalletNonce,
    WalletOffer,
)


__all__ = [
    "Absence",
    "Account",
    "BrokenPromise",
    "CaseDuty",
    "CaseEvent",
    "CaseNumber",
    "CaseRecord",
    "CertificateChange",
    "CertificateCopy",
    "CertificateFile",
    "CertificateLook",
    "CertificateRecord",
    "Checkpoint",
    "CommandKey",
    "Draft",
    "GrantRecord",
    "GrantRevision",
    "GrantUsage",
    "LeafOpening",
    "LedgerLeaf",
    "LedgerNode",
    "LedgerTree",
    "OfficialRelation",
    "PackInForce",
    "PassScan",
    "PlanLineage",
    "PaperReading",
    "PresentationRecord",
    "PrivacyQuestion",
    "PrivacySpent",
    "PushedRequest",
    "RecusalRecord",
    "RuleVerdict",
    "SampleRecord",
    "StoredFile",
    "Timeliness",
    "UseReceipt",
    "WalletCredential",
    "WalletNonce",
    "WalletOffer",
]
