"""The parts of `benchmarks/packs.py`."""
