"""Case 办事: accountable work with parties, steps, clocks and an outcome."""
