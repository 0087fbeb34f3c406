"""How much more memory a process takes for an export of more rows."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from tests.unit.engines.practice import bulk, plan_of

from tongban.kernel.catalog.model import DataType
from tongban.kernel.query.engines import Sources, run_batches, write_parquet
from tongban.kernel.query.engines.duckdb import Lake
from tongban.kernel.query.engines.spark import Cluster
from tongban.kernel.query.lowering.spelling import LAKE, SPARK


TYPES = {"i": DataType.INTEGER, "t": DataType.TEXT}


def growth_kib(few: int, many: int, folder: Path, cluster: str = "") -> int:
    """By how much the most that ever was resident grows; ``out`` has the rows."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.unit.engines.flat", str(few), str(many)]
        + [str(folder), cluster],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
    )
    return int(told.stdout)


def export(rows: int, folder: Path, cluster: str) -> None:
    sql = f"SELECT i, concat(repeat('x', 100), i) AS t FROM range({rows}) AS r(i)"
    bulk_ = Cluster(cluster, Lake(folder)) if cluster else None
    fetch = replace(bulk(sql), kind=SPARK if cluster else LAKE)
    with (
        Sources({}, folder, bulk=bulk_) as sources,
        run_batches(plan_of(fetch, types=TYPES), {}, sources) as stream,
        (folder / "out").open("wb") as to,
    ):
        assert write_parquet(stream, tuple(TYPES), to) == rows


def resident_kib() -> int:
    """Of this program alone; getrusage counts who started it as well."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def main(few: str, many: str, folder: str, cluster: str) -> None:
    export(int(few), Path(folder), cluster)
    before = resident_kib()
    export(int(many), Path(folder), cluster)
    sys.stdout.write(str(resident_kib() - before))


if __name__ == "__main__":
    main(*sys.argv[1:])
