"""The measured policy finds the persons that DuckDB finds in other words."""

import duckdb

from tongban.cli.installed.bench import policy


def test_policy_fits_whom_it_should(tmp_path):
    policy.make(tmp_path, 5_000)
    (snapshot,) = (tmp_path / policy.CODE).glob("[0-9a-f]*.parquet")
    persons = duckdb.read_parquet(str(snapshot))
    assert persons.shape == (5_000, 12)
    # Eighty on 23 November 2026: born on 23 November 1946 or before.
    old = persons.filter(
        "birth_date <= DATE '1946-11-23' AND starts_with(division, '9901') AND alive "
        "AND income < 600000 AND disability <> 3"
    )
    seconds, fits = policy.match(tmp_path)
    assert fits == len(old.fetchall()) > 100
    assert len(seconds) == policy.ROUNDS
