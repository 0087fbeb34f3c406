"""Django application of the capability."""

from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "tongban.capabilities.services"
    label = "services"
