"""OCI's own conda packs."""
