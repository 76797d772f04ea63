"""Making images without an engine: layers are written as files and pushed to a registry, base layers go by digest."""
