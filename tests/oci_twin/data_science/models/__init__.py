"""The model catalog: models, their metadata, provenance and artifacts."""
