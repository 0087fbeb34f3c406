"""What can be declared: for each kind a table of its keys and how it is built."""
