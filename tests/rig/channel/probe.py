"""A C program that holds its prefix: what conda calls a binary placeholder."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from rig.channel.archives import write_package
from rig.channel.recipes import Recipe, placeholder

NAME = "prefixprobe"
#: Prints where it believes to be, a search path of two folders, and the first line of its data.
_SOURCE = r"""
#include <stdio.h>
#include <string.h>
static const char *volatile prefix = PREFIX;
static const char *volatile path = PREFIX "/bin:" PREFIX "/sbin";
static const char *volatile file = PREFIX "/share/prefixprobe/data.txt";
int main(void) {
    char line[64] = "";
    FILE *stream = fopen(file, "r");
    if (stream) {
        fgets(line, sizeof line, stream);
        fclose(stream);
        line[strcspn(line, "\n")] = 0;
    }
    printf("%s\n%s\n%s\n", prefix, path, line);
    return stream ? 0 : 1;
}
"""


def find_compiler() -> str | None:
    """The C compiler of this machine."""
    return shutil.which("cc") or shutil.which("gcc")


def write_probe(compiler: str, channel: Path, subdir: str, glibc: str, scratch: Path) -> None:
    """Compiles it and writes its package, with texts that hold the prefix once, twice, and in a shell's command."""
    root, built_in = scratch / NAME, placeholder(NAME)
    for folder in ("bin", "share/prefixprobe", "etc/conda/activate.d", "etc/conda/deactivate.d"):
        (root / folder).mkdir(parents=True)
    source = scratch / "prefixprobe.c"
    source.write_text(_SOURCE, encoding="utf-8")
    define = f'-DPREFIX="{built_in}"'
    subprocess.run([compiler, "-O1", define, "-o", str(root / "bin" / NAME), str(source)], check=True)
    texts = {
        "bin/prefixprobe-sh": f"#!/bin/sh\nexec '{built_in}/bin/prefixprobe' \"$@\"\n",
        "etc/conda/activate.d/prefixprobe.sh": f"export PREFIXPROBE_HOME='{built_in}/share/prefixprobe'\n",
        "etc/conda/deactivate.d/prefixprobe.sh": "unset PREFIXPROBE_HOME\n",
        "etc/prefixprobe.conf": f"root={built_in}\nlog={built_in}/var/log:{built_in}/log\n",
        "share/prefixprobe/data.txt": "hello\n",
    }
    for name, text in texts.items():
        (root / name).write_text(text, encoding="utf-8")
    (root / "bin" / "prefixprobe-sh").chmod(0o755)
    # A link within the package, as shared libraries have them.
    (root / "bin" / "prefixprobe-link").symlink_to(NAME)
    write_package(Recipe(name=NAME, version="1.0", root=root, subdir=subdir, depends=(glibc,)), channel)
