"""The deployment file: its classes, how it is read, what OCI allows in it, and the JSON Schema made from it."""
