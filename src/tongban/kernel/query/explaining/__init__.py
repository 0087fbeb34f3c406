"""What a use did, told: which grant, which items, which truth."""
