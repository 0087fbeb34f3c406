"""Routes of the catalogue and of data sharing."""

from django.urls import path

from tongban.capabilities.sharing import views


urlpatterns = [
    path("catalogue/", views.catalogue, name="catalogue"),
    path("catalogue/<str:code>/", views.entry, name="catalogue-entry"),
    path("catalogue/<str:code>/apply/", views.apply, name="catalogue-apply"),
]
