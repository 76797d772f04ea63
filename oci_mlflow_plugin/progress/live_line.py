"""Progress on a terminal: finished steps as lines, the one that is going on as a line that moves.

Imported only where stderr is a terminal.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import attrs
from rich.console import Console
from rich.markup import escape
from rich.status import Status
from rich.text import Text

from oci_mlflow_core.ports.clock import Clock
from oci_mlflow_core.ports.progress_sink import ProgressSink, Step, current_step
from oci_mlflow_plugin.progress.amounts import duration, transferred


@attrs.define
class LiveStep(Step):
    """The step that is going on."""

    title: str
    status: Status
    clock: Clock
    started: float
    outcome: str = ""
    _text: str = ""
    _shown: str = ""

    def __attrs_post_init__(self) -> None:
        self.status.update(status=self)

    def __rich__(self) -> Text:
        """Title, what goes on and how long it has; rich asks for it several times a second."""
        took = duration(self.clock.monotonic() - self.started)
        return Text.from_markup(f"{escape(self.title)} [dim]{escape(self._shown)}[/dim] [cyan]{took}[/cyan]")

    def says(self, text: str) -> None:
        self._text = text
        self._show(text)

    def moved(self, done: int, total: int | None) -> None:
        self._show(f"{self._text} {transferred(done, total)}".strip())

    def done(self, outcome: str) -> None:
        self.outcome = outcome

    def _show(self, text: str) -> None:
        self._shown = text


@attrs.define
class LiveLine(ProgressSink):
    """Steps on a terminal, drawn with rich on stderr."""

    clock: Clock
    console: Console = attrs.field(factory=lambda: Console(stderr=True, highlight=False))

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Shows the step with a spinner, and a line with its outcome and duration at the end."""
        started = self.clock.monotonic()
        status = self.console.status(escape(title), spinner="dots")
        shown = LiveStep(title, status, self.clock, started)
        before = current_step.set(shown)
        try:
            with status:
                yield shown
        except BaseException:
            self._line("[red]✗[/red]", title, "failed", started)
            raise
        finally:
            current_step.reset(before)
        self._line("[green]✓[/green]", title, shown.outcome, started)

    def note(self, text: str) -> None:
        self.console.print(f"[yellow]note:[/yellow] {escape(text)}", soft_wrap=True)

    def _line(self, mark: str, title: str, outcome: str, started: float) -> None:
        took = duration(self.clock.monotonic() - started)
        told = f"  [dim]{escape(outcome)}[/dim]" if outcome else ""
        self.console.print(f"{mark} {escape(title)}{told}  [cyan]{took}[/cyan]", soft_wrap=True)
