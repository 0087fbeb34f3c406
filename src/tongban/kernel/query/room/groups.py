"""The query over flat rows that yields each figure and what it stands on.

Beside the figures, the columns of a group are::

    __set, __k0 …        the grouping set, and the keys
    subjects__s0 …       how many different subjects there are, of each anchor
    true__w0 …, rows     the rows that count under a condition, and all
    least__s0 …          the fewest subjects of rows alike under all conditions
    several0             of COUNT(DISTINCT …): the subjects with more than one row
    size0, part0__s0     of a sum: its size, and the largest part of one subject
"""

from collections.abc import Iterable

from sqlglot import exp

from tongban.kernel.query.recipe import Anchor, Measure, Recipe, Statistic


FLAT = "__flat"


def cut_groups(recipe: Recipe, anchor: Anchor) -> tuple[exp.Select, tuple[str, ...]]:
    """The groups of at most so many rows of each subject, to which noise is added.

    Which rows stay depends on the subject's own rows alone.
    """
    keys = [f"__k{each}" for each in range(recipe.keys)]
    shown: dict[str, exp.Expr] = {"__set": exp.Literal.number(0)}
    shown |= {key: _column(key) for key in keys}
    shown["rows"] = exp.Count(this=exp.Star())
    for number, measure in enumerate(recipe.measures):
        shown[f"__m{number}"] = _statistic(measure)
        if measure.statistic is Statistic.MEAN:
            assert measure.when is not None
            shown[f"count{number}"] = _rows_where(measure.when)
    nth = exp.Window(
        this=exp.RowNumber(),
        partition_by=[_column(anchor.subject)],
        order=exp.Order(expressions=[exp.Ordered(this=_column(anchor.entry))]),
    )
    numbered = exp.select("*", exp.alias_(nth, "__nth", quoted=True))
    numbered = numbered.from_(exp.to_identifier(FLAT, quoted=True))
    few = exp.LTE(
        this=_column("__nth"),
        expression=exp.Literal.number(recipe.privacy.contributions),
    )
    known = exp.not_(exp.Is(this=_column(anchor.subject), expression=exp.null()))
    query = exp.select(*(exp.alias_(v, n, quoted=True) for n, v in shown.items()))
    query = query.from_(numbered.subquery("__rows"), copy=False).where(few, known)
    query = query.group_by(*map(_column, keys)) if keys else query
    return query, tuple(shown)


def grouped(
    recipe: Recipe, anchors: tuple[Anchor, ...]
) -> tuple[exp.Select, tuple[str, ...]]:
    """The groups of every grouping set, and what their columns are called."""
    sets = [_one_set(recipe, anchors, place) for place in range(len(recipe.sets))]
    names = tuple(sets[0].named_selects)
    whole: exp.Query = sets[0]
    for each in sets[1:]:
        whole = exp.Union(this=whole, expression=each, distinct=False)
    if isinstance(whole, exp.Select):
        return whole, names
    return exp.select("*").from_(whole.subquery("__sets"), copy=False), names


def _one_set(recipe: Recipe, anchors: tuple[Anchor, ...], place: int) -> exp.Select:
    keys = [f"__k{each}" for each in recipe.sets[place]]
    beside: dict[str, exp.Expr] = {}
    shown: dict[str, exp.Expr] = {"__set": exp.Literal.number(place)}
    for number in range(recipe.keys):
        name = f"__k{number}"
        shown[name] = _column(name) if name in keys else exp.null()
    subjects = tuple(dict.fromkeys(anchor.subject for anchor in anchors))
    for subject in subjects:
        shown[f"subjects{subject}"] = _distinct(subject)
    flags = sorted({each.when for each in recipe.measures if each.when})
    for flag in flags:
        shown[f"true{flag}"] = _rows_where(flag)
    shown["rows"] = exp.Count(this=exp.Star())
    for subject in subjects if flags else ():
        beside[f"least{subject}"] = _over(_distinct(subject), [*keys, *flags])
        shown[f"least{subject}"] = exp.Min(this=_column(f"least{subject}"))
    for number, measure in enumerate(recipe.measures):
        shown[f"__m{number}"] = _statistic(measure)
        _add_guards(measure, number, keys, subjects, beside, shown)
    named = [exp.alias_(v, n, quoted=True) for n, v in beside.items()]
    rows = exp.select("*", *named).from_(exp.to_identifier(FLAT, quoted=True))
    grouped = exp.select(*(exp.alias_(v, n, quoted=True) for n, v in shown.items()))
    grouped = grouped.from_(rows.subquery("__rows"), copy=False)
    return grouped.group_by(*map(_column, keys)) if keys else grouped


def _statistic(measure: Measure) -> exp.Expr:
    match measure.statistic:
        case Statistic.ROWS:
            return _where(exp.Count(this=exp.Star()), measure.when)
        case Statistic.SUBJECTS:
            assert measure.value is not None
            return _where(_distinct(measure.value), measure.when)
    assert measure.value is not None
    value: exp.Expr = _column(measure.value)
    if measure.bounds is not None:
        value = _clamped(value, *measure.bounds)
    return _where(exp.Sum(this=value), measure.when)


def _clamped(value: exp.Expr, least: int, most: int) -> exp.Expr:
    """A whole number between the bounds."""
    raised = exp.func("greatest", value, exp.Literal.number(least))
    lowered = exp.func("least", raised, exp.Literal.number(most))
    return exp.cast(exp.func("round", lowered), "BIGINT")


def _add_guards(
    measure: Measure,
    number: int,
    keys: list[str],
    subjects: tuple[str, ...],
    beside: dict[str, exp.Expr],
    shown: dict[str, exp.Expr],
) -> None:
    """What release must know of one figure beside how many subjects there are."""
    if measure.statistic is Statistic.SUBJECTS:
        # Rows less subjects would tell of the one who has two.
        subject = measure.value
        assert subject is not None
        rows = _where(exp.Count(this=exp.Star()), measure.when)
        beside[f"own{number}"] = _over(rows, [*keys, subject])
        several = exp.GT(this=_column(f"own{number}"), expression=exp.Literal.number(1))
        shown[f"several{number}"] = _filter(_distinct(subject), several)
    if measure.statistic in (Statistic.SUM, Statistic.MEAN):
        assert measure.value is not None
        size = exp.Abs(this=_column(measure.value))
        total = _where(exp.Sum(this=size), measure.when)
        shown[f"size{number}"] = total.copy()
        for subject in subjects:
            name = f"part{number}{subject}"
            beside[name] = _over(total.copy(), [*keys, subject])
            shown[name] = exp.Max(this=_column(name))


def _over(value: exp.Expr, keys: Iterable[str]) -> exp.Expr:
    return exp.Window(this=value, partition_by=[_column(key) for key in keys])


def _distinct(name: str) -> exp.Expr:
    return exp.Count(this=exp.Distinct(expressions=[_column(name)]))


def _rows_where(flag: str) -> exp.Expr:
    return _where(exp.Count(this=exp.Star()), flag)


def _where(value: exp.Expr, flag: str | None) -> exp.Expr:
    return _filter(value, _column(flag)) if flag else value


def _filter(value: exp.Expr, condition: exp.Expr) -> exp.Expr:
    return exp.Filter(this=value, expression=exp.Where(this=condition))


def _column(name: str) -> exp.Column:
    return exp.column(name, quoted=True)
