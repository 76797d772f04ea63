"""What every service of the twin answers through: calls, routes, signatures, entity tags, pages, faults."""
