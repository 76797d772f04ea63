"""The demonstration: a model of its own in a registry of its own, in service on this machine."""
