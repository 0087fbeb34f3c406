"""The national synchronisation tables of service items (实施清单), in and out."""
