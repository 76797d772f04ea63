"""Runs what is deployed to the twin: conda packs as processes of this machine, images as servers that a test names."""
