"""From one governed tree to the statements of each place."""
