"""How the kernel nouns are kept; the one door that commits them."""
