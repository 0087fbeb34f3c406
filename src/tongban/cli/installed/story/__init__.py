"""The flagship story of a practice city, headless: told, checked and proved.

It goes through the same actions as the pages; nothing here reads a table.
"""
