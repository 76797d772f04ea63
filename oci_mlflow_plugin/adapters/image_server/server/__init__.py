"""The server in an image: runs inside a model's own environment, on Python 3.8 and later, without this project."""
