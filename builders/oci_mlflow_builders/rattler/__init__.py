"""Conda environments without conda: py-rattler solves and installs, uv lays the pip part."""
