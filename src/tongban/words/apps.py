"""Django application that carries the template tags of the words."""

from django.apps import AppConfig


class WordsConfig(AppConfig):
    name = "tongban.words"
    label = "words"
