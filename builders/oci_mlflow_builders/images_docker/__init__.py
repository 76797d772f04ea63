"""Making images with the user's container engine: a Dockerfile over the same layers, built and pushed by the engine."""
