"""What the product says: every sentence of the pages, in every language, as data."""
