"""axe-core on a page: the copy that the locked package ships, and no other."""

from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page


# What the law asks (WCAG 2.2 AA) and what axe's authors add of their own.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (tags) => {
  const found = await axe.run(document, {
    runOnly: {type: "tag", values: tags}, resultTypes: ["violations"],
  });
  return found.violations.map(({id, help, nodes}) =>
    ({id, help, nodes: nodes.map(node => node.html)}));
}"""


@cache
def source() -> str:
    folder = Path(axe_playwright_python.__file__).parent
    return (folder / "axe.min.js").read_text("utf-8")


def violations(page: Page) -> list[str]:
    """Each broken rule with the first element that breaks it."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(source())
    found: list[Any] = page.evaluate(RUN, TAGS)
    return [
        f"{one['id']}: {one['help']} ({len(one['nodes'])}) {one['nodes'][0][:200]}"
        for one in found
    ]
