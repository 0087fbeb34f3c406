"""What is measured inside a process that has a practice city."""
