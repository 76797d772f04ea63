"""Environments by a conda, mamba or micromamba executable of this machine, from a lock."""
