"""Routes of the certificates."""

from django.urls import path

from tongban.capabilities.certificates import views
from tongban.capabilities.certificates.openid.urls import urlpatterns as openid


urlpatterns = [
    *openid,
    path("certificates/", views.mine, name="certificates"),
    path("certificates/check/", views.check, name="certificate-check"),
    path("certificates/<str:number>/", views.show, name="certificate"),
]
