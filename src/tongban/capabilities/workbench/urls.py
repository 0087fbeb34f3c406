"""Routes of the workbench."""

from django.urls import path

from tongban.capabilities.workbench import views


urlpatterns = [
    path("desk/", views.inbox, name="desk"),
    path("desk/<str:number>/", views.case, name="desk-case"),
    path("desk/<str:number>/act/", views.act, name="desk-act"),
    path("desk/<str:number>/look-up/", views.look_up, name="desk-look-up"),
    path("desk/<str:number>/paper/<str:name>/", views.paper, name="desk-paper"),
]
