"""What fsck computes anew: the tree, the leaves with their rows, the cases, files."""
