"""The one error of the ledger: what was given proves nothing.

    UserError
      ProofError    a proof, checkpoint, key, leaf or bundle that does not hold

The stand-alone verifier knows no product types and raises its own ``Refused``; the
ledger's public functions turn it into ``ProofError`` with the same code and facts.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from tongban.kernel.ledger.verifier import Refused
from tongban.kernel.terms import UserError


MEND = "do not rely on it; ask whoever gave it for a new one"


class ProofError(UserError):
    """Something given as proof does not hold; ``facts["zh"]`` is the Chinese sentence.

    ``what`` names the expected and the actual value wherever there are two.
    """

    code = "proof"


@contextmanager
def proof_errors() -> Iterator[None]:
    """Let refusals of the verifier leave as ``ProofError``."""
    try:
        yield
    except Refused as refused:
        en, zh = refused.say("en"), refused.say("zh")
        error = broken(refused.code, zh, en, **refused.facts)
        error.where, error.mend = refused.where or None, MEND
        raise error from refused


def broken(code: str, zh: str, en: str, /, **facts: object) -> ProofError:
    """A ``ProofError`` of the ledger's own, in both languages."""
    error = ProofError(en, code=f"proof.{code}")
    error.facts.update(facts, zh=zh)
    return error
