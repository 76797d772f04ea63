"""An environment builder that copies what is installed where it runs; it asks no index."""
