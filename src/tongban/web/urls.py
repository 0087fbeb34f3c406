"""Every route of the pages; each capability brings its own."""

from django.urls import include, path

from tongban.web import views


urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("display/", views.display, name="display"),
    path("", include("tongban.capabilities.services.urls")),
    path("", include("tongban.capabilities.workbench.urls")),
    path("", include("tongban.capabilities.certificates.urls")),
    path("", include("tongban.capabilities.trail.urls")),
    path("", include("tongban.capabilities.sharing.urls")),
    path("", include("tongban.capabilities.linkage.urls")),
]
handler404 = views.not_found
handler500 = views.defect
