"""Data versions: a use of a day in the past, what its receipt says, what is kept."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.capabilities.acts import open_shop
from tests.capabilities.qinghe import MONDAY, PACK, PEOPLE, REGISTRAR, citizen, person
from tests.capabilities.store.planning import DECLARED

from tongban.home import Home
from tongban.kernel.terms import Refused
from tongban.store import (
    again,
    cases,
    clock,
    drafts,
    fsck,
    jurisdiction,
    lake,
    ledger,
    planning,
    uses,
    versions,
)
from tongban.store.models import LeafOpening, UseReceipt
from tongban.store.receipts import ANSWER


TUESDAY = MONDAY + timedelta(days=1)
WEDNESDAY = MONDAY + timedelta(days=2)
CODE = "population.person"
COUNT = f"SELECT count(*) AS n FROM {CODE}"
NAMES = f"SELECT name FROM {CODE} ORDER BY name"


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small pack with a purpose over everyone."""
    folder = tmp_path_factory.mktemp("pack") / "good"
    shutil.copytree(PACK, folder)
    for name, more in DECLARED.items():
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(more)
    return folder


@pytest.fixture
def home(tmp_path: Path, departments: Path, pack: Path, settings: Any) -> Home:
    made = Home.create(tmp_path / "home", pack=pack, origin="qinghe.example/ledger")
    shutil.copytree(departments, made.departments, dirs_exist_ok=True)
    settings.HOME = made
    return made


@pytest.fixture
def mirror(home: Home) -> Callable[..., str]:
    """Mirror the register of persons, of which ``gone`` are struck out first."""

    def mirrored(at: datetime, *gone: str, code: str = CODE) -> str:
        dataset = jurisdiction.current().catalog.dataset(code)
        source = dataset.source.database
        with closing(sqlite3.connect(home.department(source))) as own, own:
            for name in gone:
                own.execute("DELETE FROM person WHERE name = ?", [name])
        return lake.mirror(
            dataset,
            departments={source: home.department(source)},
            dropped=home.dropped,
            lake=home.lake,
            at=at,
        ).version

    return mirrored


@pytest.fixture
def two(mirror: Callable[..., str]) -> tuple[str, str]:
    """Monday's version with three people, and Tuesday's with two."""
    return mirror(MONDAY), mirror(TUESDAY, "罗成")


def plan(sql: str = COUNT, **given: Any) -> uses.Result:
    return uses.use(
        by=REGISTRAR,
        organization="market-regulation",
        sql=sql,
        **{"purpose": "planning", **given},
    )


def versions_kept() -> list[dict[str, str]]:
    return list(UseReceipt.objects.order_by("pk").values_list("versions", flat=True))


@pytest.fixture
def wednesday() -> Any:
    with clock.at(WEDNESDAY):
        yield


@pytest.mark.usefixtures("wednesday")
def test_a_past_day_gives_the_rows_of_that_day(two: tuple[str, str]) -> None:
    now = plan()
    then = plan(data_of=MONDAY.date())
    assert (now.rows, then.rows) == ([(2,)], [(3,)])
    assert versions_kept() == [{CODE: two[1]}, {CODE: two[0]}]
    days = UseReceipt.objects.order_by("pk").values_list("data_of", flat=True)
    assert list(days) == [None, MONDAY.date()]
    assert ledger.fsck() == []


@pytest.mark.usefixtures("wednesday")
def test_the_days_end_counts(mirror: Callable[..., str]) -> None:
    mirror(MONDAY)
    evening = mirror(MONDAY + timedelta(hours=8), "罗成")
    mirror(TUESDAY, "苗苗")
    result = plan(data_of=MONDAY.date())
    assert (result.rows, result.versions) == ([(2,)], {CODE: evening})


@pytest.mark.usefixtures("wednesday")
def test_today_by_name_is_today(two: tuple[str, str]) -> None:
    assert plan(data_of=WEDNESDAY.date()).versions == {CODE: two[1]}


@pytest.mark.usefixtures("wednesday")
def test_as_of_is_the_day_of_the_data(two: tuple[str, str]) -> None:
    sql = f"SELECT DISTINCT CAST(:as_of AS TEXT) AS day FROM {CODE}"
    assert plan(sql, data_of=MONDAY.date()).rows == [("2026-11-23",)]
    assert plan(sql, as_of=MONDAY.date()).versions == {CODE: two[1]}


@pytest.mark.usefixtures("wednesday")
def test_one_persons_past_is_read_from_the_lake(two: tuple[str, str]) -> None:
    draft = drafts.start(citizen(1), "open-shop")
    wish: dict[str, Any] = {
        "by": citizen(1),
        "organization": "market-regulation",
        "purpose": "open-shop.prefill",
        "sql": NAMES,
        "case": draft.number,
        "subject": person(1),
    }
    assert uses.use(**wish).rows == []
    then = uses.use(**wish, data_of=MONDAY.date())
    assert then.rows == [("罗成",)]
    assert then.versions == {CODE: two[0]}


def test_a_past_over_several_departments(mirror: Callable[..., str]) -> None:
    shop = open_shop(1)
    (licence,) = cases.children(shop.number, citizen(1))
    people = mirror(MONDAY)
    papers = mirror(MONDAY, code="market.licence")
    mirror(TUESDAY, "罗成")
    wish: dict[str, Any] = {
        "by": REGISTRAR,
        "organization": "market-regulation",
        "purpose": "licence.decision",
        "sql": "SELECT birth_date, (SELECT status FROM market.licence) AS status "
        "FROM population.person",
        "case": licence.number,
        "subject": person(1),
    }
    with clock.at(WEDNESDAY):
        assert uses.use(**wish).rows == []
        then = uses.use(**wish, data_of=MONDAY.date())
    assert then.rows == [(date.fromisoformat(PEOPLE[1][2]), "revoked")]
    assert then.versions == {CODE: people, "market.licence": papers}


@pytest.mark.parametrize("day", [MONDAY.date() - timedelta(days=1), date(2025, 9, 1)])
@pytest.mark.usefixtures("two", "wednesday")
def test_a_day_before_the_first_version_is_refused(day: date) -> None:
    with pytest.raises(versions.NoVersion) as refused:
        plan(data_of=day)
    assert refused.value.facts["dataset"] == CODE
    assert refused.value.facts["kept"] == [
        "2026-11-23 to 2026-11-23",
        "since 2026-11-24",
    ]
    assert not UseReceipt.objects.exists()


@pytest.mark.usefixtures("two", "wednesday")
def test_an_entry_is_judged_by_the_law_of_that_day() -> None:
    with pytest.raises(Refused) as refused:
        plan(data_of=date(2025, 7, 31))
    assert refused.value.code == "query.expired"


@pytest.mark.usefixtures("two", "wednesday")
def test_a_filter_that_looks_elsewhere_is_judged_today() -> None:
    with pytest.raises(Refused) as refused:
        plan(purpose="holders", data_of=MONDAY.date())
    assert refused.value.code == "query.past-filter"
    assert not UseReceipt.objects.exists()


@pytest.mark.usefixtures("two")
def test_no_use_is_of_the_data_of_a_day_to_come() -> None:
    with pytest.raises(planning.NotYetDay):
        plan(data_of=TUESDAY.date())


# ------------------------------------------------------------------- once again


@pytest.mark.usefixtures("two", "wednesday")
def test_a_receipt_run_again_gives_the_same_answer() -> None:
    then = plan(NAMES, data_of=MONDAY.date())
    found = again.again(then.receipt_id, by=REGISTRAR, sql=NAMES)
    assert found.same
    assert found.result.rows == then.rows
    assert found.result.receipt_id != then.receipt_id


def test_it_reads_what_was_read_though_much_is_loaded_since(
    mirror: Callable[..., str],
) -> None:
    first = mirror(MONDAY)
    then = plan(NAMES)
    mirror(MONDAY + timedelta(hours=1), "罗成")
    with clock.at(WEDNESDAY):
        found = again.again(then.receipt_id, by=REGISTRAR, sql=NAMES)
    assert (found.same, found.result.versions) == (True, {CODE: first})


@pytest.mark.usefixtures("two")
def test_a_cut_answer_is_the_same_cut_again() -> None:
    then = plan(NAMES, limit=1)
    assert then.truncated
    assert again.again(then.receipt_id, by=REGISTRAR, sql=NAMES).same


@pytest.mark.usefixtures("two")
def test_another_answer_is_told() -> None:
    then = plan(f"{COUNT} WHERE name = :name", params={"name": "苗苗"})
    receipt = then.receipt_id
    sql = f"{COUNT} WHERE name = :name"
    other = again.again(receipt, by=REGISTRAR, sql=sql, params={"name": "无此人"})
    same = again.again(receipt, by=REGISTRAR, sql=sql, params={"name": "苗苗"})
    assert (other.same, same.same) == (False, True)


@pytest.mark.usefixtures("two")
def test_an_answer_whose_print_was_erased_cannot_be_compared() -> None:
    then = plan()
    LeafOpening.objects.filter(name=ANSWER).delete()
    assert again.again(then.receipt_id, by=REGISTRAR, sql=COUNT).same is None


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"sql": f"{COUNT} WHERE alive"}, "query.another-plan"),
        ({"by": citizen()}, "query.no-receipt"),
        ({"receipt": 999}, "query.no-receipt"),
        ({"receipt": "x"}, "query.no-receipt"),
    ],
)
@pytest.mark.usefixtures("two")
def test_what_is_not_run_again(wrong: dict[str, Any], code: str) -> None:
    wish = {"receipt": plan().receipt_id, "by": REGISTRAR, "sql": COUNT, **wrong}
    with pytest.raises(Refused) as refused:
        again.again(wish.pop("receipt"), **wish)
    assert refused.value.code == code


def test_a_departments_own_database_keeps_no_past() -> None:
    shop = open_shop(1)
    (licence,) = cases.children(shop.number, citizen(1))
    sql = f"SELECT birth_date FROM {CODE}"
    then = uses.use(
        by=REGISTRAR,
        organization="market-regulation",
        purpose="licence.decision",
        sql=sql,
        case=licence.number,
        subject=person(1),
    )
    with pytest.raises(versions.NoVersion, match="live@"):
        again.again(then.receipt_id, by=REGISTRAR, sql=sql)
    assert fsck.fsck() == []


# ---------------------------------------------------------------- keeping, removing


def files(home: Home) -> set[str]:
    return {path.stem for path in (home.lake / CODE).glob("*.parquet")}


@pytest.mark.parametrize(("keep", "left"), [(0, 1), (1, 2), (2, 3), (400, 3)])
def test_what_was_replaced_long_enough_ago_goes(
    mirror: Callable[..., str], home: Home, keep: int, left: int
) -> None:
    """Replaced on Tuesday and on Wednesday; looked at on Wednesday."""
    every = [mirror(MONDAY), mirror(TUESDAY, "罗成"), mirror(WEDNESDAY, "苗苗")]
    gone = versions.prune(home.lake, CODE, keep=keep, at=WEDNESDAY).gone
    assert files(home) == set(every[3 - left :])
    assert gone == sorted(every[: 3 - left])
    assert fsck.fsck() == []


def test_the_history_says_what_is_gone(two: tuple[str, str], home: Home) -> None:
    versions.prune(home.lake, CODE, keep=0, at=WEDNESDAY)
    first, second = lake.history(home.lake, CODE)
    assert (first.version, first.pruned) == (two[0], WEDNESDAY)
    assert (second.version, second.pruned) == (two[1], None)
    assert versions.prune(home.lake, CODE, keep=0, at=WEDNESDAY) == ([], [])
    assert len(lake.history(home.lake, CODE)) == 2


@pytest.mark.usefixtures("wednesday")
def test_a_removed_day_is_refused_by_name(two: tuple[str, str], home: Home) -> None:
    plan(data_of=MONDAY.date())
    versions.prune(home.lake, CODE, keep=0, at=WEDNESDAY)
    with pytest.raises(versions.NoVersion, match=f"{CODE}.* is kept for 2026-11-23"):
        plan(data_of=MONDAY.date())
    with pytest.raises(versions.NoVersion, match=two[0]):
        again.again(UseReceipt.objects.get().pk, by=REGISTRAR, sql=COUNT)
    assert plan().rows == [(2,)]


@pytest.mark.usefixtures("wednesday")
def test_a_version_that_comes_back_is_kept_again(
    mirror: Callable[..., str], home: Home, departments: Path
) -> None:
    first = mirror(MONDAY)
    mirror(TUESDAY, "罗成")
    versions.prune(home.lake, CODE, keep=0, at=TUESDAY)
    shutil.copy(departments / "police.sqlite", home.department("police"))
    assert mirror(WEDNESDAY) == first
    assert plan().rows == [(3,)]
    assert plan(data_of=MONDAY.date()).rows == [(3,)]


@pytest.mark.usefixtures("wednesday")
def test_a_crash_before_the_removal_leaves_a_file_for_the_next(
    two: tuple[str, str], home: Home
) -> None:
    lake.note(home.lake / CODE, TUESDAY, two[0], lake.PRUNED)
    assert plan(data_of=MONDAY.date()).rows == [(3,)]
    gone, _ = versions.prune(home.lake, CODE, keep=0, at=WEDNESDAY)
    assert gone == [two[0]]
    first, _ = lake.history(home.lake, CODE)
    assert first.pruned == TUESDAY


@pytest.mark.usefixtures("wednesday")
def test_a_crash_before_the_switch_loses_nothing(
    two: tuple[str, str], home: Home
) -> None:
    """The pointer still names Monday's version, the history already Tuesday's."""
    (home.lake / CODE / "current").write_text(f"{two[0]}\n", "ascii")
    assert versions.prune(home.lake, CODE, keep=0, at=WEDNESDAY) == ([], [])
    assert plan().rows == [(3,)]


@pytest.mark.usefixtures("wednesday")
def test_a_reader_in_the_middle_reads_on(two: tuple[str, str], home: Home) -> None:
    path = home.lake / CODE / f"{two[0]}.parquet"
    with path.open("rb") as reader:
        versions.prune(home.lake, CODE, keep=0, at=WEDNESDAY)
        assert pq.read_table(reader).num_rows == 3


def test_a_dataset_never_mirrored_has_nothing_to_remove(home: Home) -> None:
    assert versions.prune(home.lake, CODE, keep=0, at=MONDAY) == ([], [])
