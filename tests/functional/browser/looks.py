"""What can be seen on a page without taste: width, words, focus, headings."""

import re
from collections.abc import Collection

from playwright.sync_api import Page


CHINESE = re.compile(r"[\u3400-\u9fff]+")
# 《行政许可法》第三十二条: laws are cited by their own names, as everywhere.
LAW = re.compile(r"(国务院“高效办成一件事”重点事项清单；)?《[^》]*》(第[^A-Za-z]*)?")
SHOWN = """() => {
  const skipped = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "CODE"]);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [document.title];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (skipped.has(parent.tagName) || parent.closest("[lang]:not(html)")) continue;
    found.push(walker.currentNode.textContent);
  }
  for (const one of document.querySelectorAll("[aria-label],[placeholder],[alt]"))
    for (const name of ["aria-label", "placeholder", "alt"])
      found.push(one.getAttribute(name) || "");
  return found.map(text => text.trim()).filter(Boolean);
}"""
TOO_WIDE = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  const scrolls = one => {
    for (let up = one.parentElement; up; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== "visible") return true;
    return false;
  };
  return [...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().right > page.clientWidth + 1)
    .filter(one => !scrolls(one))
    .map(one => one.outerHTML.slice(0, 120));
}"""


def too_wide(page: Page) -> list[str]:
    """Elements that make the page scroll sideways."""
    found: list[str] = page.evaluate(TOO_WIDE)
    return found[:3]


def chinese(page: Page, proper: Collection[str]) -> list[str]:
    """Chinese shown on an English page, apart from data and ``proper`` names."""
    left = []
    for text in page.evaluate(SHOWN):
        rest = LAW.sub("", text)
        for name in sorted(proper, key=len, reverse=True):
            rest = rest.replace(name, "")
        if CHINESE.search(rest):
            left.append(text[:80])
    return left


def headings(page: Page) -> list[str]:
    """One heading of the first rank, and no rank left out."""
    ranks = page.locator("h1,h2,h3,h4").evaluate_all(
        "all => all.map(one => Number(one.tagName[1]))"
    )
    steps = zip(ranks, ranks[1:], strict=False)
    skipped = [f"h{a} then h{b}" for a, b in steps if b > a + 1]
    return skipped if ranks.count(1) == 1 else [f"{ranks.count(1)} h1", *skipped]
