"""Every page of the product and who sees it."""

from collections.abc import Mapping


# Name of the page to its visitor and address; `{case}` and the like are filled in.
PAGES: Mapping[str, tuple[str, str]] = {
    "home": ("", "/"),
    "sign-in": ("", "/sign-in/"),
    "services": ("", "/services/"),
    "search": ("", "/services/?q=restaurant"),
    "search-nothing": ("", "/services/?q=zzzz"),
    "service": ("", "/services/open-restaurant/"),
    "catalogue": ("", "/catalogue/"),
    "catalogue-entry": ("", "/catalogue/population.person/"),
    "verify": ("", "/verify/"),
    "certificate-check": ("", "/certificates/check/"),
    "certificate-checked": ("", "/certificates/check/?number={certificate}"),
    "certificate-misread": ("", "/certificates/check/?number=1.2.156"),
    "not-found": ("", "/nowhere/"),
    "home-of-citizen": ("lin.wan", "/"),
    "service-of-citizen": ("lin.wan", "/services/open-restaurant/"),
    "case-done": ("lin.wan", "/cases/{case}/"),
    "case-item": ("lin.wan", "/cases/{item}/"),
    "cases": ("lin.wan", "/cases/"),
    "certificates": ("lin.wan", "/certificates/"),
    "certificate": ("lin.wan", "/certificates/{certificate}/"),
    "my-data": ("lin.wan", "/my-data/"),
    "my-data-of-case": ("lin.wan", "/my-data/?case={case}"),
    "forbidden": ("lin.wan", "/desk/"),
    "apply": ("lin.wan", "/services/open-restaurant/apply/"),
    "discard": ("lin.wan", "/services/open-restaurant/discard/"),
    "case-running": ("zhou.qiming", "/cases/{running}/"),
    "withdraw": ("zhou.qiming", "/cases/{running}/withdraw/"),
    "foreign-case": ("zhou.qiming", "/cases/{case}/"),
    "no-certificates": ("zhou.qiming", "/certificates/"),
    "review": ("lin.wan", "/cases/{item}/review/"),
    "desk": ("registrar", "/desk/"),
    "desk-case": ("registrar", "/desk/{waiting}/"),
    "desk-done": ("registrar", "/desk/?view=closed"),
    "desk-empty": ("sign.officer", "/desk/?view=overdue"),
    "share": ("data.officer", "/catalogue/housing.lease/apply/"),
    "home-of-auditor": ("auditor", "/"),
}
