"""Routes of the workbench."""

from django.urls import path

from tongban.capabilities.workbench import views


urlpatterns = [
    path("desk/", views.inbox, name="desk"),
    path("desk/risen/", views.risen, name="desk-risen"),
    path("desk/me/", views.me, name="desk-me"),
    path("desk/me/absence/", views.absence, name="desk-absence"),
    path("desk/me/relation/", views.relation, name="desk-relation"),
    path("desk/batch/", views.batch, name="desk-batch"),
    path("timeliness/", views.timeliness, name="timeliness"),
    path("desk/<str:number>/", views.case, name="desk-case"),
    path("desk/<str:number>/act/", views.act, name="desk-act"),
    path("desk/<str:number>/look-up/", views.look_up, name="desk-look-up"),
    path("desk/<str:number>/paper/<str:name>/", views.paper, name="desk-paper"),
]
