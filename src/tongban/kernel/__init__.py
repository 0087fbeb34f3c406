"""The four kernels: pure Python without web, clock or environment."""
