"""Work requests: what is on its way, how far it is, and what became of it."""
