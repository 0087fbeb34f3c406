"""Routes of the certificates."""

from django.urls import path

from tongban.capabilities.certificates.openid.urls import urlpatterns as openid
from tongban.capabilities.certificates.views import checks, holder, offices


urlpatterns = [
    *openid,
    path("certificates/", holder.mine, name="certificates"),
    path("certificates/check/", checks.check, name="certificate-check"),
    path("certificates/pass/", holder.pass_code, name="pass-code"),
    path("certificates/scan/", offices.scan, name="pass-scan"),
    path(
        "certificates/services/<str:name>/", offices.service, name="certificate-service"
    ),
    path("certificates/copies/<str:code>/", holder.copied, name="certificate-copy"),
    path(
        "certificates/copies/<str:code>/file.pdf",
        holder.copy_paper,
        name="certificate-copy-file",
    ),
    path(
        "certificates/copies/<str:code>/revoke/",
        holder.revoke_copy,
        name="certificate-copy-revoke",
    ),
    path("certificates/<str:number>/", holder.show, name="certificate"),
    path("certificates/<str:number>/show/", holder.present, name="certificate-show"),
    path("certificates/<str:number>/file.pdf", holder.paper, name="certificate-file"),
    path("certificates/<str:number>/copy/", holder.copy, name="certificate-copying"),
    path(
        "certificates/<str:number>/change/", offices.change, name="certificate-change"
    ),
]
