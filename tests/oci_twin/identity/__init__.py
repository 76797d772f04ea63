"""Identity: what a read-only look at one's own tenancy needs."""
