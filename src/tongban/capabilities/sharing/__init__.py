"""The unified catalogue and the sharing of data between departments."""
