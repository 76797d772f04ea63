from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oci_mlflow_core.errors import SpecError
from oci_mlflow_core.spec.document import parse_document


def value_of(text: str) -> object:
    return parse_document(text, "deploy.yaml").value


def faults_of(text: str) -> str:
    with pytest.raises(SpecError) as caught:
        parse_document(text, "deploy.yaml")
    return str(caught.value)


class TestValues:
    def test_scalars_follow_yaml_1_2(self) -> None:
        text = "a: 1\nb: 3.5\nc: true\nd: ~\ne: no\nf: 0o17\ng: '1'\nh: 1e3"

        expected = {"a": 1, "b": 3.5, "c": True, "d": None, "e": "no", "f": 15, "g": "1", "h": 1000.0}
        assert expected == value_of(text)

    def test_dates_stay_text(self) -> None:
        assert value_of("day: 2020-01-01\ntime: 2020-01-01T10:00:00Z") == {
            "day": "2020-01-01",
            "time": "2020-01-01T10:00:00Z",
        }

    def test_keys_are_text_as_written(self) -> None:
        assert value_of("1: a\ntrue: b\n3.10: c") == {"1": "a", "true": "b", "3.10": "c"}

    def test_a_document_may_be_a_list(self) -> None:
        assert value_of("- a\n- pip: [b]") == ["a", {"pip": ["b"]}]

    def test_anchors_and_merges_are_followed_and_own_keys_win(self) -> None:
        text = "base: &base {p: 1, q: 2}\nother: &other {r: 5, p: 9}\nuse:\n  <<: [*base, *other]\n  q: 3\nalso: *base"

        value = value_of(text)

        assert isinstance(value, dict)
        assert value["use"] == {"p": 1, "q": 3, "r": 5}
        assert value["also"] == {"p": 1, "q": 2}

    def test_a_character_that_json_writes_as_two_halves_is_one(self) -> None:
        assert value_of('{"\\ud83d\\ude00": "a \\ud83d\\ude00"}') == {"\N{GRINNING FACE}": "a \N{GRINNING FACE}"}

    def test_a_byte_order_mark_is_ignored(self) -> None:
        assert value_of("\ufeffa: 1") == {"a": 1}


class TestPositions:
    TEXT = "kind: deployment\nspec:\n  list:\n    - one\n    - two: 2\n  <<: {merged: 3}\n  version: 3.10\n"

    @pytest.mark.parametrize(
        ("path", "place"),
        [
            ((), (1, 1)),
            (("kind",), (1, 7)),
            (("spec", "list"), (4, 5)),
            (("spec", "list", 0), (4, 7)),
            (("spec", "list", 1, "two"), (5, 12)),
            (("spec", "merged"), (6, 16)),
        ],
    )
    def test_a_value_is_found_by_its_path(self, path: tuple[str | int, ...], place: tuple[int, int]) -> None:
        assert place == parse_document(self.TEXT, "deploy.yaml").position(path)

    @pytest.mark.parametrize(
        ("path", "place"),
        [(("spec",), (2, 1)), (("spec", "list", 1, "two"), (5, 7)), (("spec", "list", 0), (4, 7)), ((), (1, 1))],
    )
    def test_a_key_is_found_by_its_path(self, path: tuple[str | int, ...], place: tuple[int, int]) -> None:
        assert place == parse_document(self.TEXT, "deploy.yaml").position(path, key=True)

    @pytest.mark.parametrize(
        "path", [("none",), ("kind", "deeper"), ("spec", "list", 2), ("spec", "list", -1), ("spec", 0)]
    )
    def test_what_is_not_there_has_no_place(self, path: tuple[str | int, ...]) -> None:
        assert parse_document(self.TEXT, "deploy.yaml").position(path) is None

    def test_a_scalar_is_known_as_it_was_written(self) -> None:
        document = parse_document(self.TEXT, "deploy.yaml")

        assert document.text(("spec", "version")) == "3.10"
        assert document.text(("spec", "list")) is None


class TestFaults:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "deploy.yaml: the file is empty"),
            ("# only a comment\n", "deploy.yaml: the file is empty"),
            (
                "a: 1\nimage: {region}.ocir.io/<tenancy>/<name>\nport: 1\n",
                (
                    "deploy.yaml:2:8: YAML reads the '{' as the beginning of a mapping; put the value in quotes: "
                    '"{region}.ocir.io/<tenancy>/<name>"'
                ),
            ),
            (
                "cmd: [a] b\n",
                "deploy.yaml:1:6: YAML reads the '[' as the beginning of a list; put the value in quotes: \"[a] b\"",
            ),
            ("a:\n\tb: 1", "deploy.yaml:2:1: a tab indents this line; YAML allows spaces only"),
            (
                "a: b: c",
                "deploy.yaml:1:5: a second ': ' in one value; put the value in quotes, or correct the indentation",
            ),
            ("a: @x", "deploy.yaml:1:4: a value cannot begin with '@'; put it in quotes"),
            ("a: 'x", "deploy.yaml:1:6: the text ends inside a quoted value"),
            ("a: 1\n---\nb: 2", "deploy.yaml:2:1: a second document begins here; the file may hold only one"),
            (
                "a: *x",
                (
                    "deploy.yaml:1:4: a value that begins with '*' names an alias, and there is none of that name; "
                    "put it in quotes"
                ),
            ),
            ("a: [1, 2\nb: 3", "deploy.yaml:2:2: not valid YAML: expected ',' or ']', but got ':'"),
            ("a: b\nc: \x01", "deploy.yaml:2:4: the character '\\x01' is not allowed in YAML"),
            ('a: "x\\ud83d"', "deploy.yaml:1:4: a: it holds half a character, U+D83D, which is no text"),
            ("a: !foo 1", "deploy.yaml:1:4: a: the YAML tag '!foo' means nothing here"),
            ("a: !!set {x}", "deploy.yaml:1:4: a: the YAML tag '!!set' means nothing here"),
            ("a: !!int x", "deploy.yaml:1:4: a: 'x' does not fit its YAML tag '!!int'"),
            ("a: &x [*x]", "deploy.yaml:1:4: a.0: an alias cannot stand inside what it names"),
            ("? [a]\n: 1", "deploy.yaml:1:3: a mapping or a list cannot be a key; put the key in quotes"),
            ("a: {<<: 1}", "deploy.yaml:1:9: a: '<<' takes a mapping, or a list of mappings"),
            ("[" * 600, "deploy.yaml: it is nested too deeply"),
            ("[" * 550 + "]" * 550, "deploy.yaml: it is nested too deeply"),
        ],
        ids=lambda text: ascii(text)[:30],
    )
    def test_each_is_one_sentence_with_its_place(self, text: str, message: str) -> None:
        assert message == faults_of(text)

    def test_every_repeated_key_is_told(self) -> None:
        text = "a: 1\na: 2\nb:\n  c: 1\n  c: 3\n"

        assert (
            faults_of(text)
            == "deploy.yaml:2:1: a: the key 'a' is given twice\ndeploy.yaml:5:3: b.c: the key 'c' is given twice"
        )

    @given(st.text(alphabet="ab:-{}[]'\"#&*!|>%@ \n\t\x00é", max_size=60))
    def test_any_text_is_a_value_or_a_spec_error(self, text: str) -> None:
        with contextlib.suppress(SpecError):
            parse_document(text, "deploy.yaml")
