"""`query`: one governed use of data, by the same door as every page."""

import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from tongban.cli.frame import HERE, BadOption, Home, command, emit, err, within
from tongban.cli.supervise import ending_in_order
from tongban.kernel.terms import Subject, SubjectKind, UserError


ROWS = 1000  # without --limit


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"


class Unreadable(UserError):
    """A file that the command was told to read cannot be read."""

    code = "cli.unreadable"


def a_subject(text: str | None) -> Subject | None:
    """``person:990101199003070017`` or ``enterprise:…``; BadOption for other words."""
    if text is None:
        return None
    kind, _, number = text.partition(":")
    if kind not in set(SubjectKind) or not number:
        raise BadOption(
            f"{text!r} names no subject",
            where="--subject",
            why="a subject is its kind, a colon and its number",
            mend="write person:<identity number> or enterprise:<credit code>",
        )
    return Subject(SubjectKind(kind), number)


def a_day(text: str | None, option: str = "--at") -> date | None:
    """An ISO day; BadOption for anything else."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadOption(
            f"{text!r} is no day", where=option, mend="write it as 2026-11-23"
        ) from None


def the_statement(sql: str | None, file: Path | None) -> str:
    """The statement of either option; BadOption when both or none are given."""
    if (sql is None) == (file is None):
        raise BadOption(
            "one statement is needed",
            where="--sql, --file",
            why="both are given" if sql else "none is given",
            mend="give the text with --sql or a file with --file",
        )
    if file is None:
        return sql or ""
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(
            "the statement cannot be read",
            where=str(file),
            why=str(error),
            mend="name a readable text file (UTF-8)",
        ) from error


def params(given: list[str]) -> dict[str, str]:
    """``name=value`` options as the values of the statement's placeholders."""
    found = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.isidentifier():
            raise BadOption(
                f"{text!r} gives no value",
                where="--param",
                mend="write --param name=value",
            )
        found[name] = value
    return found


@command(
    "query",
    "tongban query --as market-regulation --purpose catering.supervision"
    ' --sql "SELECT count(*) FROM market.licence"',
)
def query(
    as_: Annotated[str, typer.Option("--as", help="The organisation that asks.")],
    purpose: Annotated[str, typer.Option(help="The declared purpose.")],
    case: Annotated[str | None, typer.Option(help="The open case it serves.")] = None,
    subject: Annotated[
        str | None, typer.Option(help="Whom it concerns: person:… or enterprise:…")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(help="The day whose data and law are meant; default: today."),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Why it is allowed or not; no rows.")
    ] = False,
    lineage: Annotated[
        bool,
        typer.Option("--lineage", help="Which item comes into which column; no rows."),
    ] = False,
    again: Annotated[
        str | None,
        typer.Option(
            metavar="RECEIPT",
            help="Run its use again on the data it read: is the answer the same?",
        ),
    ] = None,
    sql: Annotated[str | None, typer.Option(help="One SELECT statement.")] = None,
    file: Annotated[Path | None, typer.Option(help="A file with it.")] = None,
    truth: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RULE",
            help="A case type whose rule is asked for everyone, or a condition: a "
            "column of truth each. Items of --over are written one.item.",
        ),
    ] = None,
    over: Annotated[
        str | None,
        typer.Option(help="The dataset whose rows --truth is asked for."),
    ] = None,
    param: Annotated[
        list[str] | None, typer.Option(help="A placeholder's value: name=value.")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            min=1, help=f"The most rows; default {ROWS}, or all into a Parquet file."
        ),
    ] = None,
    format_: Annotated[
        Format, typer.Option("--format", help="How rows are written.")
    ] = Format.TABLE,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the rows there.")
    ] = None,
    home: Home = HERE,
) -> None:
    """Use data for a declared purpose, under the grants in force.

    Rows go to standard output, the receipt of the use to standard error; what no
    grant allows is refused by name. With --at the data are those of the end of that
    day and :as_of is that day; grants and case are always the present ones.
    """
    door = within(home, "query")
    if truth:
        statement, legend = door.truths(truth, _over(over, sql, file))
        for line in legend:
            err.print(line, markup=False)
    else:
        statement = the_statement(sql, file)
    wish: dict[str, Any] = {
        "organization": as_,
        "purpose": purpose,
        "sql": statement,
        "params": params(param or []),
        "case": case,
        "subject": a_subject(subject),
        "data_of": a_day(at),
    }
    refuse_binary(format_, output)
    if explain:
        told, allowed = door.explanation(wish, format_)
        emit(told)
        raise typer.Exit(0 if allowed else 1)
    if lineage:
        emit(door.lineage(wish, format_))
        return
    left = f"{output} was not written" if output else "the answer is not whole"
    with ending_in_order(lambda said: err.print(said, markup=False), left):
        if again is not None:
            told, same = door.again(again, wish)
            emit(told)
            raise typer.Exit(0 if same else 1)
        _carry_out(door, wish, limit, format_, output)


def _carry_out(
    door: Any,
    wish: dict[str, Any],
    limit: int | None,
    form: Format,
    output: Path | None,
) -> None:
    """Carry out a use: its receipt in lines, its rows where they are wanted."""
    if _is_bulk(form, output, wish, limit):
        told = door.export(wish, output)
        if told is not None:
            for line in told:
                err.print(line, markup=False)
            return
    result = door.use(wish, limit or ROWS)
    # The receipt is kept whatever becomes of the rows.
    for line in door.receipt(result):
        err.print(line, markup=False)
    door.write(result, form, output)


def _over(over: str | None, sql: str | None, file: Path | None) -> str:
    """The dataset that a rule is asked over: it makes the statement itself."""
    if sql is not None or file is not None:
        raise BadOption(
            "a rule and a statement",
            where="--truth",
            why="the rule is made into the statement",
            mend="give one of the two",
        )
    if over is None:
        raise BadOption(
            "it is not said for whom the rule is asked",
            where="--over",
            mend="name a dataset: --over population.person",
        )
    return over


def _is_bulk(
    form: Format, output: Path | None, wish: dict[str, Any], limit: int | None
) -> bool:
    """Whether everyone's rows go into a file, however many there are."""
    of_one = wish["subject"] is not None or wish["case"] is not None
    return form is Format.PARQUET and output is not None and not (of_one or limit)


def refuse_binary(format_: Format, output: Path | None) -> None:
    if format_ is Format.PARQUET and output is None and sys.stdout.isatty():
        raise BadOption(
            "Parquet is not for reading on a screen",
            where="--format",
            mend="name a file: --output rows.parquet",
        )
