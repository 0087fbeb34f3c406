"""Programs for those who work on Tongban; no part of the product."""
