"""The rules of a pack beyond its keys and types: one function each.

A rule takes the draft and yields problems. Its function's name, with hyphens, is
the problem's name and that of its file in tests/packs/bad.
"""
