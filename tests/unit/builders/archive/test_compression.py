"""Blocks that are compressed at the same time are one gzip member."""

from __future__ import annotations

import gzip
import os
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import cast

import pytest
from isal import isal_zlib
from oci_mlflow_builders.archive import compression
from oci_mlflow_builders.archive.compression import LEVEL, Compressed, GzipFrame, compress, in_parallel


def _zipped(blocks: list[bytes]) -> bytes:
    frame = GzipFrame()
    parts = [frame.head]
    for block in in_parallel(compress, blocks):
        frame.add(block)
        parts.append(block.data)
    return b"".join([*parts, frame.tail])


def test_one_member_holds_all_blocks() -> None:
    blocks = [os.urandom(1000), b"", b"a" * 100_000, os.urandom(70_000) + bytes(70_000)]

    data = _zipped(blocks)

    assert gzip.decompress(data) == b"".join(blocks)
    assert data.count(data[:10]) == 1


def test_nothing_is_a_member_too() -> None:
    assert gzip.decompress(_zipped([])) == b""


def test_the_number_of_threads_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = [f"block {number} ".encode() * 5000 for number in range(40)]
    results = set()

    for threads in (1, 2, 7):
        monkeypatch.setattr(compression, "_cores", lambda threads=threads: threads)
        results.add(_zipped(blocks))

    assert len(results) == 1


def test_a_block_refers_to_nothing_before_it() -> None:
    block = b"the same text again and again, " * 1000

    assert compress(block).data == compress(block).data


def test_a_block_is_the_same_wherever_the_compressor_lies_in_memory() -> None:
    # isal has 32 768 keys; each is that of one of these words, which stand at the third byte and once more
    words = (number.to_bytes(4, "little") for number in range(1 << 15))
    blocks = [b"xy" + word + b"0123456789abcdef" + word + bytes(range(40)) for word in words]
    here = [compress(block).data for block in blocks]

    others = [isal_zlib.compressobj(level=LEVEL, memLevel=3) for _ in range(30)]
    there = [compress(block).data for block in blocks]

    assert others
    assert [block for block, one, other in zip(blocks, here, there, strict=True) if one != other] == []


def test_no_more_is_made_than_a_few_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "_cores", lambda: 3)
    taken: list[int] = []

    def work() -> Iterator[bytes]:
        for number in range(100):
            taken.append(number)
            yield b"x"

    results = in_parallel(compress, work())
    with closing(cast("Generator[Compressed]", results)):
        next(results)

        assert len(taken) == 7


def test_a_failure_comes_in_its_turn_and_nothing_goes_on() -> None:
    done: list[int] = []

    def make(number: int) -> Compressed:
        if number == 3:
            msg = "the third"
            raise ValueError(msg)
        done.append(number)
        return compress(b"")

    results = in_parallel(make, range(10_000))

    assert [next(results).length for _ in range(3)] == [0, 0, 0]
    with pytest.raises(ValueError, match="the third"):
        next(results)
    assert len(done) < 100
