"""Plain values of the deployment file become its classes, every fault collected on the way."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Environ
from pathlib import Path
from typing import Any

import attrs

from oci_mlflow_core.errors import Violation, nearest, one_of
from oci_mlflow_core.spec import kinds, scalars
from oci_mlflow_core.spec.keys import SectionForm
from oci_mlflow_core.spec.sources import Raw, Sources, dotted
from oci_mlflow_core.spec.substitution import substituted
from oci_mlflow_core.spec.unknown import unknown_key
from oci_mlflow_core.spec.values import Limit


@attrs.frozen
class At:
    """A place in the file: its path with the keys' own names, and with the keys as they are written."""

    canonical: Raw = ()
    raw: Raw = ()

    def below(self, name: str | int, written: str | int | None = None) -> At:
        return At((*self.canonical, name), (*self.raw, name if written is None else written))

    def __str__(self) -> str:
        return dotted(self.canonical)


@attrs.define
class Structurer:
    """One reading: what is wrong, what is noted, and what was mentioned."""

    sources: Sources
    environ: Environ[str, str]
    folder: Path
    violations: list[Violation] = attrs.field(factory=list)
    notes: list[str] = attrs.field(factory=list)
    #: Dotted path of all that is mentioned, to its path as written.
    mentioned: dict[str, Raw] = attrs.field(factory=dict)
    resets: set[str] = attrs.field(factory=set)
    #: Dotted path of what was made from environment variables, to their names.
    from_environment: dict[str, tuple[str, ...]] = attrs.field(factory=dict)

    def read(self, kind: kinds.Kind, value: Any, at: At) -> Any:  # noqa: ANN401
        """The value as its kind has it; None where there is a fault, which is then among the violations."""
        if isinstance(kind, kinds.Section):
            return self._section(kind, value, at)
        if value is None:
            self._fault(at, f"expected {_EXPECTED[type(kind)]}, got null")
            return None
        return _READERS[type(kind)](self, kind, value, at)

    def quote(self, path: str, value: object) -> str:
        """A value as a message may show it: never what came from the environment."""
        names = self.from_environment.get(path)
        if not names:
            return scalars.shown(value)
        return f"the value of {' and '.join(f'${{{name}}}' for name in names)}"

    # --- mappings -----------------------------------------------------------------------------------------------

    def _section(self, section: kinds.Section, value: Any, at: At) -> Any:  # noqa: ANN401
        form = section.form
        given = {} if value is None else value
        if not isinstance(given, dict):
            self._fault(at, f"expected a mapping with kind, type and spec, got {self.quote(str(at), given)}")
            return None
        for name in given:
            if name not in _SECTION_KEYS:
                self._fault_of_key(at, name, _SECTION_KEYS)
        self._kind_word(form, given, at)
        word = self._type_word(form, given, at)
        cls = form.types[word] if word else _likeliest(section, given.get("spec"))
        inner = given.get("spec")
        return self._mapping(kinds.Mapping(cls), {} if inner is None else inner, at.below("spec"))

    def _kind_word(self, form: SectionForm, given: dict[str, Any], at: At) -> None:
        word = given.get("kind")
        if word is None:
            if not at.canonical:
                self._fault(at, f"missing key 'kind'; expected 'kind: {form.kind}'")
        elif not isinstance(word, str) or word.lower() != form.kind.lower():
            self._fault(at.below("kind"), f"expected '{form.kind}', got {scalars.shown(word)}")

    def _type_word(self, form: SectionForm, given: dict[str, Any], at: At) -> str | None:
        words, word = tuple(form.types), given.get("type")
        if word is None:
            if form.type_optional:
                return words[0]
            self._fault(at, f"missing key 'type'; expected {one_of(words)}")
            return None
        known = {name.lower(): name for name in words}
        if isinstance(word, str) and word.lower() in known:
            return known[word.lower()]
        self._fault(at.below("type"), _not_one_of(words, scalars.shown(word), word))
        return words[0] if form.type_optional else None

    def _mapping(self, kind: kinds.Mapping, value: Any, at: At) -> Any:  # noqa: ANN401
        if not isinstance(value, dict):
            self._fault(at, f"expected a mapping, got {self.quote(str(at), value)}")
            return None
        found: dict[str, Any] = {}
        for name, inner in value.items():
            field = kinds.field_named(kind.of, name)
            if field is None:
                self._fault_of_key(at, name, [known.key.name for known in kinds.fields_of(kind.of)])
            elif field.attribute in found:
                twin = dotted(self.mentioned[str(at.below(field.key.name))][-1:])
                self._fault(at.below(field.key.name, name), f"'{twin}' and '{name}' are the same key", key=True)
            else:
                found[field.attribute] = self._field(field, inner, at.below(field.key.name, name))
        for field in kinds.fields_of(kind.of):
            if field.key.required and found.get(field.attribute) is None and field.attribute not in found:
                self._fault(at, f"missing key '{field.key.name}'", key=True)
        return kind.of(**found)

    def _field(self, field: kinds.Field, value: Any, at: At) -> Any:  # noqa: ANN401
        self.mentioned[str(at)] = at.raw
        if field.key.unused:
            self.notes.append(str(self.sources.violation(at.raw, field.key.unused, key=True)))
        if value is not None:
            return self.read(field.kind, value, at)
        if not isinstance(field.kind, kinds.Section):
            self.resets.add(str(at))
        return None

    def _map(self, kind: kinds.MapOf, value: Any, at: At) -> dict[str, Any] | None:  # noqa: ANN401
        if not isinstance(value, dict):
            self._fault(at, f"expected a mapping, got {self.quote(str(at), value)}")
            return None
        found: dict[str, Any] = {}
        for name, inner in value.items():
            entry = at.below(name)
            self.mentioned[str(entry)] = entry.raw
            if kind.names is not None and not kind.names.allows(name):
                self._fault(entry, f"expected {kind.names.expected}", key=True)
            if inner is None:
                self.resets.add(str(entry))
            else:
                found[name] = self.read(kind.item, inner, entry)
        return found if self._allowed(kind.limit, found, at) else None

    def _list(self, kind: kinds.ListOf, value: Any, at: At) -> tuple[Any, ...] | None:  # noqa: ANN401
        if not isinstance(value, list):
            self._fault(at, f"expected a list, got {self.quote(str(at), value)}")
            return None
        items = tuple(self.read(kind.item, item, at.below(index)) for index, item in enumerate(value))
        return items if self._allowed(kind.limit, items, at) else None

    def _either(self, kind: kinds.Either, value: Any, at: At) -> Any:  # noqa: ANN401
        return self._mapping(kind.mapping, value, at) if isinstance(value, dict) else self._text(kind.text, value, at)

    # --- scalars ------------------------------------------------------------------------------------------------

    def _scalar(self, kind: Any, value: Any, at: At) -> Any:  # noqa: ANN401
        """A number or flag: converted, and held against its limit."""
        value, is_textual = self._substituted(value, at)
        if value is None:
            return None
        textual = is_textual or getattr(kind, "quotable", False)
        converted = _CONVERTERS[type(kind)](value, textual=textual)
        if converted is None:
            self._fault(at, f"expected {_EXPECTED[type(kind)]}, got {self.quote(str(at), value)}")
            return None
        return converted if self._allowed(getattr(kind, "limit", None), converted, at) else None

    def _text(self, kind: kinds.Text, value: Any, at: At) -> str | None:  # noqa: ANN401
        value, _ = self._substituted(value, at)
        if value is None:
            return None
        if not isinstance(value, str):
            written = self.sources.written(at.raw)
            if (
                kind.takes_whole
                and scalars.as_whole(value, textual=False) is not None
                and written in {None, str(value)}
            ):
                value = str(value)
            else:
                self._fault(at, _not_text(value, written))
                return None
        return value if self._allowed(kind.limit, value, at) else None

    def _path(self, _: kinds.FilePath, value: Any, at: At) -> Path | None:  # noqa: ANN401
        text = self._text(kinds.Text(), value, at)
        if text is None:
            return None
        home = self.environ.get("HOME")
        if home and (text == "~" or text.startswith("~/")):
            return Path(home, text[2:])
        return self.folder / text

    def _choice(self, kind: kinds.Choice, value: Any, at: At) -> Any:  # noqa: ANN401
        value, _ = self._substituted(value, at)
        if value is None:
            return None
        chosen = scalars.as_choice(value, kind.of)
        if chosen is None:
            is_own = str(at) not in self.from_environment
            self._fault(at, _not_one_of(kind.words, self.quote(str(at), value), value if is_own else None))
        return chosen

    def _free(self, _: kinds.Free, value: Any, at: At) -> Any:  # noqa: ANN401
        return self._substituted(value, at)[0]

    def _substituted(self, value: Any, at: At) -> tuple[Any, bool]:  # noqa: ANN401
        """The value with the environment in it (None after a fault), and whether its text is typed by the field."""
        if not isinstance(value, str):
            return value, False
        result = substituted(value, self.environ)
        for fault in result.faults:
            self._fault(at, fault)
        if result.names:
            self.from_environment[str(at)] = result.names
        textual = bool(result.names) or at.raw in self.sources.textual
        return (None if result.faults else result.text), textual

    # --- faults -------------------------------------------------------------------------------------------------

    def _allowed(self, limit: Limit | None, value: Any, at: At) -> bool:  # noqa: ANN401
        if limit is None or limit.allows(value):
            return True
        is_own = str(at) not in self.from_environment
        placeholder = limit.placeholder(value) if is_own else None
        if placeholder:
            self._fault(at, f"still holds the template's placeholder '{placeholder}'; put {limit.expected} there")
        elif isinstance(value, dict | tuple):
            self._fault(at, f"expected {limit.expected}, got {len(value)}")
        else:
            self._fault(at, f"expected {limit.expected}, got {self.quote(str(at), value)}")
        return False

    def _fault(self, at: At, message: str, *, key: bool = False) -> None:
        self.violations.append(self.sources.violation(at.raw, message, key=key))

    def _fault_of_key(self, at: At, name: str, known: Any) -> None:  # noqa: ANN401
        self._fault(at.below(name), unknown_key(name, known, here=f"'{at}'"), key=True)


_SECTION_KEYS = ("kind", "type", "spec")


def _likeliest(section: kinds.Section, spec: Any) -> type:  # noqa: ANN401
    """The class that knows most of the keys, so that a missing type hides no other fault."""
    names = spec if isinstance(spec, dict) else {}
    return max(section.classes, key=lambda cls: sum(kinds.field_named(cls, name) is not None for name in names))


def _not_one_of(words: tuple[str, ...], got: str, word: object) -> str:
    near = nearest(word.lower(), [known.lower() for known in words]) if isinstance(word, str) else None
    meant = next((f"; did you mean '{known}'?" for known in words if known.lower() == near), "")
    return f"expected {one_of(words)}, got {got}{meant}"


def _not_text(value: object, written: str | None) -> str:
    if isinstance(value, dict) and value and all(inner is None for inner in value.values()):
        return "expected text, got a mapping, because YAML reads text that begins with '{' as one; put it in quotes"
    if isinstance(value, dict | list):
        return f"expected text, got {scalars.shown(value)}"
    text = written if written is not None else scalars.shown(value)
    if isinstance(value, float) and text != str(value):
        return f"expected text, got the number {value}, which is what YAML makes of {text}; put it in quotes: '{text}'"
    what = "" if isinstance(value, bool) else "the number "
    return f"expected text, got {what}{scalars.shown(value)}; put it in quotes: '{text}'"


_Reader = Callable[[Structurer, Any, Any, At], Any]
_READERS: dict[type, _Reader] = {
    kinds.Text: Structurer._text,  # noqa: SLF001 - one table of its own methods
    kinds.Whole: Structurer._scalar,  # noqa: SLF001
    kinds.Number: Structurer._scalar,  # noqa: SLF001
    kinds.Flag: Structurer._scalar,  # noqa: SLF001
    kinds.FilePath: Structurer._path,  # noqa: SLF001
    kinds.Choice: Structurer._choice,  # noqa: SLF001
    kinds.Free: Structurer._free,  # noqa: SLF001
    kinds.ListOf: Structurer._list,  # noqa: SLF001
    kinds.MapOf: Structurer._map,  # noqa: SLF001
    kinds.Mapping: Structurer._mapping,  # noqa: SLF001
    kinds.Either: Structurer._either,  # noqa: SLF001
}
_CONVERTERS: dict[type, Callable[..., Any]] = {
    kinds.Whole: scalars.as_whole,
    kinds.Number: scalars.as_number,
    kinds.Flag: scalars.as_flag,
}
_EXPECTED: dict[type, str] = {
    kinds.Text: "text",
    kinds.Whole: "a whole number",
    kinds.Number: "a number",
    kinds.Flag: "true or false",
    kinds.FilePath: "a path",
    kinds.Choice: "text",
    kinds.Free: "a value",
    kinds.ListOf: "a list",
    kinds.MapOf: "a mapping",
    kinds.Mapping: "a mapping",
    kinds.Either: "a mapping or text",
}
