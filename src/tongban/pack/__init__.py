"""Packs: strict YAML declarations turned into kernel objects."""
