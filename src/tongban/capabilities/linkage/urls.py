"""Routes of linkage."""

from django.urls import path

from tongban.capabilities.linkage import views


urlpatterns = [
    path("linkage/", views.linkages, name="linkages"),
    path("linkage/reviews/<str:number>/", views.review, name="linkage-review"),
    path("linkage/reviews/<str:number>/rows/", views.rows, name="linkage-rows"),
    path("linkage/reviews/<str:number>/decide/", views.decide, name="linkage-decide"),
    path("linkage/<str:code>/", views.linkage, name="linkage"),
]
