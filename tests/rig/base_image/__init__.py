"""A container image that environments can be built in, made where Debian's packages and a package index are reached.

It is Debian with Python, and has a program that takes conda's command line and is made of py-rattler: it stands in for
conda, and says so when it is asked for its version.
"""
