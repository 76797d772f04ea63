"""Making a conda prefix independent of where, by what and from which mirror it was installed.

`settling.settle` turns a prefix that rattler, conda, mamba or micromamba has just installed, with what pip or uv laid
over it, into files whose bytes follow from its packages alone; ``bin/conda-unpack`` then fits them to the folder that
they were unpacked to. `archive.as_archive` gives the same as one file for a container.

Everything here is of the standard library and runs on Python 3.8, because it may have to run with the prefix's own
Python.
"""
