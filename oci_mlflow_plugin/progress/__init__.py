"""Progress on stderr: a live line on a terminal, plain lines elsewhere."""
