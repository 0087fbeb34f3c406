"""Uses as run events of OpenLineage, for whoever maps flows of data.

A job is a purpose of an organisation, a run is a receipt. Schema versions: the run
event of 2-0-2 and its facets, https://openlineage.io/spec/2-0-2/OpenLineage.json. An
event tells what was used and how; never of whom, for which case, with which values
or in how many rows.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import Dataset
from tongban.kernel.query.explaining.origins import Origin, UseLineage


PRODUCER = "urn:tongban"
SPECIFICATION = "https://openlineage.io/spec"
_EVENT = f"{SPECIFICATION}/2-0-2/OpenLineage.json#/$defs/RunEvent"
_FACETS = {
    "schema": "facets/1-2-0/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet",
    "dataSource": (
        "facets/1-0-1/DatasourceDatasetFacet.json#/$defs/DatasourceDatasetFacet"
    ),
    "version": (
        "facets/1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet"
    ),
    "columnLineage": (
        "facets/1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet"
    ),
}


@dataclass(frozen=True, slots=True)
class UseRun:
    """What a receipt tells of a use, as far as anybody may know it.

    ``lineage`` is None where it is not known any more: then the event says what was
    read, and not what became of it.
    """

    receipt: int | str
    at: datetime
    organization: str
    purpose: str
    plan: str
    items: Sequence[str]
    versions: Mapping[str, str]
    lineage: UseLineage | None


def events(run: UseRun, catalog: Catalog, namespace: str) -> list[dict[str, Any]]:
    """The START and the COMPLETE of a use; ``namespace`` is the site's own name.

    The run's number is made of the namespace and the receipt's: the same receipt is
    the same run whenever it is exported.
    """
    common = {
        "eventTime": run.at.isoformat(),
        "producer": PRODUCER,
        "schemaURL": _EVENT,
        "run": {"runId": str(run_id(namespace, run.receipt))},
        "job": {"namespace": namespace, "name": f"{run.organization}/{run.purpose}"},
    }
    complete = {
        "inputs": _inputs(run, catalog, namespace),
        "outputs": [_output(run, namespace)],
    }
    start: dict[str, Any] = {"inputs": [], "outputs": []}
    return [
        {"eventType": kind, **common, **more}
        for kind, more in (("START", start), ("COMPLETE", complete))
    ]


def run_id(namespace: str, receipt: int | str) -> uuid.UUID:
    """RFC 9562 version 5, in the namespace of URLs."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"urn:tongban:{namespace}:{receipt}")


def _inputs(run: UseRun, catalog: Catalog, namespace: str) -> list[dict[str, Any]]:
    found = []
    for code, version in sorted(run.versions.items()):
        facets = {"version": _facet("version", datasetVersion=version)}
        # A receipt outlives the entry that it was given under.
        dataset = catalog.datasets.get(code)
        if dataset is not None:
            read = {i.rpartition(".")[2] for i in run.items if _dataset(i) == code}
            uri = _place(dataset, version)
            facets |= {
                "schema": _facet("schema", fields=_fields(dataset, read)),
                "dataSource": _facet("dataSource", name=dataset.provider, uri=uri),
            }
        found.append({"namespace": namespace, "name": code, "facets": facets})
    return found


def _place(dataset: Dataset, version: str) -> str:
    """Where the rows were read: the department's own table, or the lake."""
    source = dataset.source
    if not version.startswith("live@"):
        return f"lake:{dataset.code}"
    return f"{source.kind}:{source.database}/{source.table}"


def _fields(dataset: Dataset, read: Iterable[str]) -> list[dict[str, str]]:
    wanted = set(read)
    return [
        {"name": name, "type": item.type.value, "description": item.title.zh}
        for name, item in dataset.items.items()
        if name in wanted
    ]


def _output(run: UseRun, namespace: str) -> dict[str, Any]:
    name = f"{run.organization}/{run.purpose}/{run.plan[:16]}"
    facets = {}
    if run.lineage is not None:
        facets = {
            "schema": _facet(
                "schema", fields=[{"name": column} for column, _ in run.lineage.columns]
            ),
            "columnLineage": _facet(
                "columnLineage",
                fields={
                    column: {"inputFields": _input_fields(origins, namespace)}
                    for column, origins in run.lineage.columns
                },
                dataset=_input_fields(run.lineage.rows, namespace),
            ),
        }
    return {"namespace": namespace, "name": name, "facets": facets}


def _input_fields(origins: Iterable[Origin], namespace: str) -> list[dict[str, Any]]:
    """Each item once, with all the ways in which it came."""
    by_item: dict[str, list[Origin]] = {}
    for origin in origins:
        by_item.setdefault(origin.item, []).append(origin)
    return [
        {
            "namespace": namespace,
            "name": _dataset(item),
            "field": item.rpartition(".")[2],
            "transformations": [_transformation(each) for each in ways],
        }
        for item, ways in by_item.items()
    ]


def _transformation(origin: Origin) -> dict[str, Any]:
    return {
        "type": "DIRECT" if origin.way.direct else "INDIRECT",
        "subtype": origin.way.value.upper(),
        "description": "",
        "masking": origin.masked,
    }


def _dataset(item: str) -> str:
    return item.rpartition(".")[0]


def _facet(kind: str, /, **content: Any) -> dict[str, Any]:
    return {
        "_producer": PRODUCER,
        "_schemaURL": f"{SPECIFICATION}/{_FACETS[kind]}",
        **content,
    }
