"""Routes of the citizen's portal."""

from django.urls import path

from tongban.capabilities.services.views import (
    afterwards,
    apply,
    cases,
    offer,
    one_paper,
    powers,
)


urlpatterns = [
    path("services/", offer.services, name="services"),
    path("services/<str:code>/", offer.service, name="service"),
    path("services/<str:code>/start/", offer.start, name="start"),
    path("services/<str:code>/apply/", apply.apply, name="apply"),
    path("services/<str:code>/discard/", apply.discard, name="discard"),
    path("services/<str:code>/save/", apply.save, name="save"),
    path("services/<str:code>/papers/<str:name>/", one_paper.paper, name="keep-paper"),
    path("powers/", powers.holders, name="powers"),
    path("powers/<str:organization>/", powers.holder, name="powers-of"),
    path("cases/", cases.mine, name="cases"),
    path("cases/<str:number>/", cases.case, name="case"),
    path("cases/<str:number>/papers/<str:name>/", cases.paper, name="case-paper"),
    path("cases/<str:number>/correct/", cases.correct, name="correct"),
    path("cases/<str:number>/withdraw/", cases.withdraw, name="withdraw"),
    path("cases/<str:number>/review/", cases.review, name="review"),
    path("cases/<str:number>/promise/", afterwards.promise, name="promise"),
    path("cases/<str:number>/object/", afterwards.contest, name="object"),
    path("cases/<str:number>/notice/", afterwards.notice, name="notice"),
]
