"""Template tags of the citizen's portal."""
