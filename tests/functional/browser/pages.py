"""Looks at every page of the product and says what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.functional.browser import axe, looks
from tests.functional.browser.addresses import PAGES
from tests.functional.browser.visitor import NARROW, WIDE, Visitor, Visits


# Each pair of language, width and colours once: four dresses stand for eight.
DRESSES: Mapping[str, tuple[tuple[Any, Any], ...]] = {
    "zh": ((NARROW, "light"), (WIDE, "dark")),
    "en": ((NARROW, "dark"), (WIDE, "light")),
}
# Data and proper names of the practice city, which have no other language.
PROPER = (
    "中文",
    "林晚",
    "周启明",
    "云州市云溪区晚来香餐馆",
    "晚来香",
    "启明小馆",
    "云州市云溪区梧桐街18号一层102铺",
    "云州市云溪区鹤鸣路48号1幢101室",
    "云州市望湖区月河街66号一层101铺",
    "云州市望湖区梧桐街152号1幢203室",
    "石**",
    "李**",
    "热食类食品制售、自制饮品制售",
    "热食类食品制售",
    "申请材料齐全，符合法定条件。",
    "现场与申报一致，符合要求。",
)


@dataclass(slots=True)
class Found:
    """Everything wrong with one page, by kind; and its status in both languages."""

    statuses: list[int] = field(default_factory=list)
    axe: list[str] = field(default_factory=list)
    wide: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    chinese: list[str] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Survey:
    """Looks at each page once, in every dress, and remembers what it found."""

    visits: Visits
    facts: Mapping[str, str]
    looked: dict[str, Found] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Found:
        if name not in self.looked:
            account, path = PAGES[name]
            found = Found()
            survey(self.visits.of(account), path.format_map(self.facts), found)
            self.looked[name] = found
        return self.looked[name]


def survey(visitor: Visitor, path: str, found: Found) -> None:
    page = visitor.page
    for language, dresses in DRESSES.items():
        visitor.speak(language)
        found.statuses.append(visitor.go(path).status)
        found.headings += looks.headings(page)
        for size, scheme in dresses:
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            dress = f"{language} {size['width']} {scheme}"
            found.wide += [f"{dress} {one}" for one in looks.too_wide(page)]
            found.axe += [f"{dress} {one}" for one in axe.violations(page)]
    found.chinese = looks.chinese(page, PROPER)
    found.printed = _printed(visitor)
    visitor.print_large(True)
    page.set_viewport_size(NARROW)
    visitor.go(path)
    found.wide += looks.too_wide(page)
    visitor.print_large(False)
    visitor.speak("zh")
    page.set_viewport_size(WIDE)
    found.complaints = list(visitor.complaints)
    visitor.complaints.clear()


def _printed(visitor: Visitor) -> list[str]:
    """What paper need not show, and text that paper would swallow."""
    visitor.page.emulate_media(media="print")
    shown = [
        selector
        for selector in (".masthead nav", ".practice", ".footer form", ".skip")
        if visitor.page.locator(selector).first.is_visible()
    ]
    if visitor.page.locator("main").inner_text().strip() == "":
        shown.append("main is empty")
    visitor.page.emulate_media(media="screen")
    return shown
