"""The server: runs inside a model's own environment, on Python 3.8 and later, and needs nothing of this project."""
