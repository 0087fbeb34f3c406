"""kill -9 at random moments of the story: nothing acknowledged is lost.

A dozen moments here; `tongban bench kill` takes fifty.
"""

from pathlib import Path

import pytest
from tests.functional.conftest import RESIDENTS

from tongban.cli.crash import Trial


SEEDS = range(1000, 1012)


@pytest.fixture(scope="module")
def trial(built_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """The story told once undisturbed, so that moments of it can be chosen."""
    trial = Trial(built_city, tmp_path_factory.mktemp("crashes"), RESIDENTS)
    trial.rehearse()
    # Draft, receipts, three papers, the case, ten acts of officials, checkpoint.
    assert trial.acts >= 15
    return trial


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_acknowledged_is_missing_after_a_kill(trial: Trial, seed: int) -> None:
    crash = trial.crash(seed)
    assert not crash.finished, "the story ended before it was killed"
    assert crash.missing == ()
    assert crash.fsck == 0, crash.said
