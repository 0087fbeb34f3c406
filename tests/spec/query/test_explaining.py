"""Saying of everyone why costs little more than saying whom."""

from tongban.cli.installed.bench.explaining import measure


def test_the_truths_of_everyone_cost_at_most_a_few_times_the_bare_condition(tmp_path):
    """A generous bound for a busy machine; `tongban bench query` holds it to 2."""
    (area,) = measure(tmp_path, rows=60_000, rounds=3)
    ratios = {f.name: f.value for f in area.figures if f.most is not None}
    assert set(ratios) == {"conditions/bare", "parts/bare"}
    assert all(0.2 < ratio < 5 for ratio in ratios.values())
