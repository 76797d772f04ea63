#!/bin/sh
'''exec' "$(dirname -- "$(readlink -f -- "$0")")/python" "$0" "$@"
' '''
"""Puts the folder that this environment lies in into its files; running it again changes nothing."""

import os
import sys

PLACEHOLDER = b"@PLACEHOLDER@"
FILES = @FILES@


def main():
    prefix = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    if any(character in prefix for character in "'\"\\\n"):
        sys.exit("conda-unpack: an environment cannot lie in a folder with quotes or backslashes in its name: " + prefix)
    for name in FILES:
        path = os.path.join(prefix, *name.split("/"))
        with open(path, "rb") as stream:
            data = stream.read()
        if PLACEHOLDER in data:
            replace(path, data.replace(PLACEHOLDER, os.fsencode(prefix)))


def replace(path, data):
    unfinished = path + ".part"
    with open(unfinished, "wb") as stream:
        stream.write(data)
    os.chmod(unfinished, os.stat(path).st_mode & 0o777)
    os.replace(unfinished, path)


if __name__ == "__main__":
    main()
