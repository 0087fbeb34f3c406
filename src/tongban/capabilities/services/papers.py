"""Which papers a matter needs, and which of them nobody has to bring."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.item import Material


@dataclass(frozen=True, slots=True)
class Needs:
    """``uploads`` are asked for once each; ``issued`` come out of the matter itself.

    ``held`` name certificates that no step of this matter issues: they are looked
    up among those the person holds already.
    """

    uploads: tuple[Material, ...]
    issued: tuple[Material, ...]
    held: tuple[Material, ...]

    def upload(self, name: str) -> Material | None:
        return next((need for need in self.uploads if need.name == name), None)


def needs_of(case_type: CaseType, types: Mapping[str, CaseType]) -> Needs:
    """The papers of ``case_type`` and of the items it is made of.

    Items that ask for a paper of the same name mean the same paper, which is
    mandatory if one of them says so.
    """
    parts = list(_parts(case_type, types))
    issued = {part.certificate for part in parts}
    uploads: dict[str, Material] = {}
    certificates: dict[str, Material] = {}
    for material in (m for part in parts for m in part.materials):
        if material.certificate is not None:
            certificates.setdefault(material.certificate, material)
        elif material.name not in uploads or material.required:
            uploads[material.name] = material
    return Needs(
        tuple(uploads.values()),
        tuple(m for code, m in certificates.items() if code in issued),
        tuple(m for code, m in certificates.items() if code not in issued),
    )


def _parts(case_type: CaseType, types: Mapping[str, CaseType]) -> Iterator[CaseType]:
    yield case_type
    for step in case_type.steps:
        if step.case_type is not None:
            yield from _parts(types[step.case_type], types)
