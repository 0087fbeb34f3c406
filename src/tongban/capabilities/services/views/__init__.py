"""Pages of the citizen's portal."""
