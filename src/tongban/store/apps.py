"""Django application of the store."""

from importlib import import_module

from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "tongban.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make known which tables of the platform's are made of its cases."""
        import_module("tongban.store.handled")
