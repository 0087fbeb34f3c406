"""Template tags of the trail."""
