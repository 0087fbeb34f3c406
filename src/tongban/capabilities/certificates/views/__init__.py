"""Pages of the certificates: holders', offices', the public check, the services."""
