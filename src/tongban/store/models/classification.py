"""Which columns may hold what of people: read by exports, erasure and the tests.

``PERSONAL`` tells something about a person; ``IDENTIFIER`` names one, or leads to
one; ``NEITHER`` does not. A column that is in no list fails a test.
"""

from enum import StrEnum


class Sensitivity(StrEnum):
    PERSONAL = "personal"
    IDENTIFIER = "identifier"
    NEITHER = "neither"


_PERSONAL = """
Absence.since Absence.until
Account.title_zh Account.title_en Account.posts Account.last_login
BrokenPromise.reasons
CaseEvent.data CaseEvent.state
CertificateChange.reason
CertificateCopy.receiver CertificateCopy.reason CertificateCopy.maker
CertificateRecord.fields CertificateRecord.holder_name
Draft.data
LeafOpening.value
PaperReading.found
OfficialRelation.kind OfficialRelation.subject_kind
PresentationRecord.shown
RuleVerdict.explanation
StoredFile.name
"""
_IDENTIFIER = """
Absence.account Absence.deputy
Account.username Account.password Account.subject_id
BrokenPromise.applicant_id
CaseDuty.officer
CaseEvent.by
CaseRecord.applicant_id CaseRecord.closed_by
CertificateChange.certificate CertificateChange.by
CertificateCopy.certificate CertificateCopy.made_by CertificateCopy.revoked_by
CertificateFile.certificate
CertificateLook.certificate
CertificateRecord.holder_id CertificateRecord.number CertificateRecord.replaces
CommandKey.key
Draft.account Draft.applicant_id
GrantRecord.revoked_by
LeafOpening.salt
PaperReading.ref
OfficialRelation.account OfficialRelation.subject_id
RecusalRecord.account
PresentationRecord.by PresentationRecord.key
PrivacyQuestion.text
StoredFile.owner StoredFile.ref
PassScan.by
UseReceipt.by UseReceipt.subject_id
WalletCredential.key
WalletOffer.account WalletOffer.code WalletOffer.pin WalletOffer.token
"""
_NEITHER = """
Absence.id Absence.organization Absence.leaf
Account.id Account.kind Account.subject_kind Account.organization Account.is_active
BrokenPromise.case BrokenPromise.type BrokenPromise.organization
BrokenPromise.applicant_kind BrokenPromise.kind BrokenPromise.broken
BrokenPromise.lapsed BrokenPromise.repaired
CaseDuty.id CaseDuty.case CaseDuty.organization CaseDuty.post CaseDuty.head
CaseDuty.act CaseDuty.due CaseDuty.superior CaseDuty.type
CaseDuty.head_from CaseDuty.superior_from CaseDuty.leader_from
CaseEvent.id CaseEvent.case CaseEvent.seq CaseEvent.kind CaseEvent.at CaseEvent.leaf
CaseNumber.number CaseNumber.taken
CaseRecord.number CaseRecord.type CaseRecord.pack CaseRecord.parent
CaseRecord.applicant_kind CaseRecord.organization CaseRecord.phase CaseRecord.due
CaseRecord.lapses CaseRecord.opened CaseRecord.closed CaseRecord.outcome
CaseRecord.version CaseRecord.spent CaseRecord.late CaseRecord.returned
CertificateChange.id CertificateChange.seq CertificateChange.change
CertificateChange.at CertificateChange.case CertificateChange.leaf
CertificateCopy.code CertificateCopy.until CertificateCopy.made_at
CertificateCopy.revoked_at CertificateCopy.leaf
CertificateFile.digest CertificateFile.copy CertificateFile.at CertificateFile.leaf
CertificateLook.id CertificateLook.receipt CertificateLook.place
CertificateRecord.type CertificateRecord.holder_kind CertificateRecord.case
CertificateRecord.version CertificateRecord.issued_at CertificateRecord.valid_until
CertificateRecord.status CertificateRecord.leaf
Checkpoint.id Checkpoint.size Checkpoint.root Checkpoint.note Checkpoint.at
CommandKey.digest CommandKey.case CommandKey.version CommandKey.at
Draft.id Draft.type Draft.number Draft.applicant_kind Draft.updated
GrantRecord.id GrantRecord.organization GrantRecord.purpose GrantRecord.dataset
GrantRecord.items GrantRecord.scope GrantRecord.basis GrantRecord.since
GrantRecord.until GrantRecord.filter GrantRecord.reveal GrantRecord.case
GrantRecord.quota
GrantRecord.revoked_at GrantRecord.leaf
GrantRevision.id GrantRevision.value
GrantUsage.id GrantUsage.grant GrantUsage.per GrantUsage.start GrantUsage.calls
GrantUsage.rows GrantUsage.bytes
LeafOpening.id LeafOpening.leaf LeafOpening.name
PaperReading.id PaperReading.sought PaperReading.material PaperReading.asked
PaperReading.read PaperReading.failed
LedgerLeaf.id LedgerLeaf.index LedgerLeaf.text LedgerLeaf.hash LedgerLeaf.created
LedgerNode.level LedgerNode.index LedgerNode.hash
LedgerTree.id LedgerTree.size
OfficialRelation.id OfficialRelation.declared OfficialRelation.ended
OfficialRelation.leaf
PackInForce.id PackInForce.digest PackInForce.title PackInForce.since
PackInForce.case_types
PassScan.code PassScan.receipt PassScan.disclosure PassScan.at
PlanLineage.digest PlanLineage.lineage
PresentationRecord.id PresentationRecord.declared PresentationRecord.organization
PresentationRecord.nonce PresentationRecord.state PresentationRecord.at
PresentationRecord.until PresentationRecord.answered PresentationRecord.refusal
PresentationRecord.answer
PrivacyQuestion.id PrivacyQuestion.purpose PrivacyQuestion.since
PrivacyQuestion.identity PrivacyQuestion.epsilon PrivacyQuestion.receipt
PrivacySpent.id PrivacySpent.purpose PrivacySpent.since PrivacySpent.questions
PrivacySpent.epsilon
RecusalRecord.id RecusalRecord.case
PushedRequest.digest PushedRequest.client PushedRequest.parameters PushedRequest.until
RuleVerdict.id RuleVerdict.case RuleVerdict.seq RuleVerdict.at RuleVerdict.leaf
SampleRecord.case SampleRecord.type SampleRecord.organization SampleRecord.drawn
SampleRecord.reviewed SampleRecord.agrees
StoredFile.id StoredFile.media StoredFile.size StoredFile.kept
Timeliness.id Timeliness.month Timeliness.organization Timeliness.type
Timeliness.spent Timeliness.cases Timeliness.late
UseReceipt.id UseReceipt.organization UseReceipt.purpose UseReceipt.case
UseReceipt.subject_kind UseReceipt.items UseReceipt.grants UseReceipt.rows
UseReceipt.plan UseReceipt.versions UseReceipt.data_of UseReceipt.at UseReceipt.leaf
WalletCredential.id WalletCredential.certificate WalletCredential.list
WalletCredential.place WalletCredential.at WalletCredential.until WalletCredential.leaf
WalletNonce.digest WalletNonce.request WalletNonce.until
WalletOffer.id WalletOffer.certificate WalletOffer.wrong_pins WalletOffer.client
WalletOffer.redirect WalletOffer.challenge WalletOffer.until WalletOffer.token_until
WalletOffer.told
"""

CLASSIFICATION: dict[str, Sensitivity] = {
    column: sensitivity
    for sensitivity, columns in (
        (Sensitivity.PERSONAL, _PERSONAL),
        (Sensitivity.IDENTIFIER, _IDENTIFIER),
        (Sensitivity.NEITHER, _NEITHER),
    )
    for column in columns.split()
}
