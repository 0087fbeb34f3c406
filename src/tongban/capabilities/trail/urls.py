"""Routes of the trail and of the public verification."""

from django.urls import path

from tongban.capabilities.trail import views


urlpatterns = [
    path("my-data/", views.uses, name="my-data"),
    path("my-data/proof/", views.proof, name="my-data-proof"),
    path("my-data/proof/<str:number>/", views.case_proof, name="case-proof"),
    path("verify/", views.verify, name="verify"),
    path("verify/verifier.py", views.verifier_file, name="verifier"),
    path("verify/checkpoint", views.checkpoint, name="checkpoint"),
]
