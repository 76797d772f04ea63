"""Finding a Python and laying it out so that it runs from any path."""
