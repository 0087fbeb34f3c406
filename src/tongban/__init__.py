"""Tongban: a jurisdiction is a pack of declarations; four kernels run it."""
