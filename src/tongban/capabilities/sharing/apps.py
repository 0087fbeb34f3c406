"""Django application of sharing; makes its handler known."""

from importlib import import_module

from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "tongban.capabilities.sharing"
    label = "sharing"

    def ready(self) -> None:
        import_module("tongban.capabilities.sharing.actions")
