"""Django application of the store."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "tongban.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"
