"""The parts of `benchmarks/images.py`, which `benchmarks/serving.py` calls, too."""
