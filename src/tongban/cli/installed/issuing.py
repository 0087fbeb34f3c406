"""The keys that certificates are signed with."""

from datetime import timedelta

from tongban.capabilities.certificates import keys
from tongban.store import clock


SIGNS, WILL_SIGN, VERIFIES = "signs", "will sign", "verifies"


def keys_now() -> list[tuple[str, str, str, str]]:
    """Name, algorithm, first moment and use of each key."""
    now = clock.now()
    signing = {keys.signing_key(now, alg).kid for alg in (keys.ES256, keys.EDDSA)}

    def use(key: keys.IssuingKey) -> str:
        if key.kid in signing:
            return SIGNS
        return WILL_SIGN if key.since > now else VERIFIES

    return [
        (key.kid, key.alg, clock.local(key.since).isoformat("T", "seconds"), use(key))
        for key in keys.all_keys()
    ]


def roll(hours: float) -> None:
    """Make keys that sign ``hours`` from now."""
    keys.roll(clock.now() + timedelta(hours=hours))


def withdraw(kid: str) -> bool:
    """Take a key and its twin back; False when none is called so."""
    return keys.withdraw(kid, at=clock.now())
