"""Django application of record linkage; names the page of its reviews."""

from importlib import import_module

from django.apps import AppConfig


class LinkageConfig(AppConfig):
    name = "tongban.capabilities.linkage"
    label = "linkage"

    def ready(self) -> None:
        import_module("tongban.capabilities.linkage.desks")
