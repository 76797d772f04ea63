"""Data for predictions, read from files."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from oci_mlflow_core.errors import PayloadError
from oci_mlflow_plugin.cli.data_files import csv_split, read


def columns(text: str) -> dict[str, list[Any]]:
    split = csv_split(text, "rows.csv")
    return {name: [row[index] for row in split["data"]] for index, name in enumerate(split["columns"])}


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1", "-2"], [1, -2]),
        (["1", "2.5", "1e3"], [1, 2.5, 1000.0]),
        (["12345678901234567890"], [12345678901234567890]),
        (["00123", "1"], ["00123", "1"]),
        (["+1"], ["+1"]),
        (["1,000"], ["1,000"]),
        (["0x10"], ["0x10"]),
        (["NaN", "1"], ["NaN", "1"]),
        (["true", "False"], [True, False]),
        (["true", "yes"], ["true", "yes"]),
        (["2026-01-31"], ["2026-01-31"]),
        (["", "1"], [None, 1]),
        (["", "a"], [None, "a"]),
        (["", ""], [None, None]),
        (["None", "null"], ["None", "null"]),
        (["two\nlines", 'a "quote"'], ["two\nlines", 'a "quote"']),
    ],
)
def test_cells_become_what_they_say_and_nothing_else(cells: list[str], values: list[Any]) -> None:
    lines = "".join('"x","' + cell.replace('"', '""') + '"\n' for cell in cells)

    found = columns(f"key,value\n{lines}")

    assert found["value"] == values
    assert [type(value) for value in found["value"]] == [type(value) for value in values]


def test_names_of_columns_stay_text() -> None:
    assert csv_split("1,true\n2,false\n", "x") == {"columns": ["1", "true"], "data": [[2, False]]}


def test_empty_lines_and_a_byte_order_mark_are_passed_over() -> None:
    assert csv_split("\ufeffa,b\n\n1,2\n\n", "x") == {"columns": ["a", "b"], "data": [[1, 2]]}


@pytest.mark.parametrize("text", ["", "a,b\n", "\n\n"])
def test_a_file_without_rows_is_refused(text: str) -> None:
    with pytest.raises(PayloadError) as caught:
        csv_split(text, "rows.csv")

    assert str(caught.value) == "rows.csv: no data"


def test_a_row_of_another_length_is_named() -> None:
    with pytest.raises(PayloadError) as caught:
        csv_split("a,b\n1,2\n3\n", "rows.csv")

    assert str(caught.value) == "rows.csv: row 2 has 1 cells, and there are 2 columns"


def test_two_columns_of_one_name_are_refused() -> None:
    with pytest.raises(PayloadError) as caught:
        csv_split("b,a,a\n1,2,3\n", "rows.csv")

    assert str(caught.value) == "rows.csv: two columns are called 'a'"
    assert caught.value.hint == "Give each column its own name."


def test_a_cell_that_is_longer_than_any_is_refused() -> None:
    with pytest.raises(PayloadError) as caught:
        csv_split(f"a\n{'x' * 200_000}\n", "rows.csv")

    assert str(caught.value) == "rows.csv: not readable as CSV: field larger than field limit (131072)"


def test_more_digits_than_a_number_has_are_text() -> None:
    assert columns(f"a\n{'1' * 5000}\n") == {"a": ["1" * 5000]}


def test_the_ending_says_what_a_file_is(tmp_path: Path) -> None:
    (tmp_path / "rows.CSV").write_text("a\n1\n")
    (tmp_path / "rows.json").write_text('{"instances": [1]}')
    (tmp_path / "rows").write_text("[1]")

    assert read(str(tmp_path / "rows.CSV"), None) == {"dataframe_split": {"columns": ["a"], "data": [[1]]}}
    assert read(str(tmp_path / "rows.json"), None) == '{"instances": [1]}'
    assert read(str(tmp_path / "rows"), None) == "[1]"


def test_the_user_knows_better_than_the_ending(tmp_path: Path) -> None:
    (tmp_path / "rows.txt").write_text("a\n1\n")

    assert read(str(tmp_path / "rows.txt"), "csv") == {"dataframe_split": {"columns": ["a"], "data": [[1]]}}


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"a\n1\n")))

    assert read("-", "csv") == {"dataframe_split": {"columns": ["a"], "data": [[1]]}}


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": ["00123"], "when": pd.to_datetime(["2026-01-31"]), "n": [2**60]})
    frame.to_parquet(tmp_path / "rows.parquet")

    pd.testing.assert_frame_equal(read(str(tmp_path / "rows.parquet"), None), frame)


def test_what_is_no_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    path.write_text("a\n1\n")

    with pytest.raises(PayloadError) as caught:
        read(str(path), None)

    assert str(caught.value).startswith(f"{path}: not a Parquet file (")


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_bytes(b'{"a": "\xff"}')

    with pytest.raises(PayloadError) as caught:
        read(str(path), None)

    assert str(caught.value) == f"{path}: not UTF-8 text (invalid start byte at byte 7)"


def test_a_file_that_is_not_there_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(PayloadError) as caught:
        read(str(tmp_path / "rows.csv"), None)

    assert str(caught.value) == f"{tmp_path / 'rows.csv'}: No such file or directory"


def test_a_column_that_is_text_by_the_signature_stays_text() -> None:
    read_back = csv_split("id,amount\n123,4\n,5\n", "rows.csv", {"id"})

    assert read_back == {"columns": ["id", "amount"], "data": [["123", 4], [None, 5]]}
