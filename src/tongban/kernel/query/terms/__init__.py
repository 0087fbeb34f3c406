"""The terms of use: who may have what, and how they bind a statement."""
