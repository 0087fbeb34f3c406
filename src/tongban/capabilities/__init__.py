"""Capabilities: declarations and a little code over the four kernels."""
