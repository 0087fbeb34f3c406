"""Django application of the certificates; makes its handler known."""

from importlib import import_module

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "tongban.capabilities.certificates"
    label = "certificates"

    def ready(self) -> None:
        import_module("tongban.capabilities.certificates.actions")
