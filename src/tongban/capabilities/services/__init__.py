"""Capability: services."""
