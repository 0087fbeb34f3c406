"""A real PostgreSQL server for the length of a test: the one that is measured."""

from tongban.cli.installed.bench.postgresql import programs, server


__all__ = ["programs", "server"]
