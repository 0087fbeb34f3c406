"""Routes of the issuer and of the verifier."""

from django.urls import path

from tongban.capabilities.certificates.openid import counter, views


urlpatterns = [
    path(
        ".well-known/openid-credential-issuer",
        views.credential_issuer,
        name="credential-issuer",
    ),
    path(
        ".well-known/oauth-authorization-server",
        views.authorization_server,
        name="authorization-server",
    ),
    path(".well-known/jwt-vc-issuer", views.jwt_vc_issuer, name="jwt-vc-issuer"),
    path(".well-known/<path:name>", views.no_such_document, name="no-such-document"),
    path("certificates/keys.json", views.issuing_keys, name="issuing-keys"),
    path("credentials/types/<str:code>", views.credential_type, name="credential-type"),
    path("credentials/status/<int:number>", views.status_list, name="status-list"),
    path("certificates/<str:number>/wallet/", views.offer, name="wallet-offer"),
    path("wallet/authorize", views.authorize, name="wallet-authorize"),
    path("wallet/push", views.push, name="wallet-push"),
    path("wallet/token", views.token, name="wallet-token"),
    path("wallet/nonce", views.nonce, name="wallet-nonce"),
    path("wallet/credential", views.credential, name="wallet-credential"),
    path("wallet/notification", views.notification, name="wallet-notification"),
    path("counter/", counter.desk, name="presentations"),
    path("counter/<str:key>/", counter.asked, name="presentation"),
    path(
        "presentations/<str:key>/request", counter.request, name="presentation-request"
    ),
    path(
        "presentations/<str:key>/response",
        counter.response,
        name="presentation-response",
    ),
]
