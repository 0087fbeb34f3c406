"""Django application of the workbench."""

from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    name = "tongban.capabilities.workbench"
    label = "workbench"
