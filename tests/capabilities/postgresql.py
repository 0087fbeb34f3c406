"""A real PostgreSQL server for the length of a test: the one that is measured."""

from tongban.cli.installed.bench.postgresql import free_port, programs, server


__all__ = ["free_port", "programs", "server"]
