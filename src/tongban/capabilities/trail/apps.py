"""Django application of the trail."""

from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "tongban.capabilities.trail"
    label = "trail"
