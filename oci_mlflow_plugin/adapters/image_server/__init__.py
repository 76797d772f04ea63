"""The server that is put into container images, and what image builders need to know of it."""
