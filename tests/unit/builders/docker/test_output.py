"""What a build prints, as it is told."""

from __future__ import annotations

from oci_mlflow_builders.docker.output import Output

from oci_mlflow_core.testing.progress_sink import RecordingStep


def test_pieces_become_lines_without_credentials() -> None:
    step = RecordingStep("build")
    output = Output(step, ("s3cret-token",))

    output.take([b"Looking in https://me:pw@ho", b"st/simple\nwith s3cret-", b"token\r50%\r100%\n\n", b"the end"])

    assert step.said == ["Looking in https://****@host/simple", "with ****", "50%", "100%", "the end"]
    assert output.tail == tuple(step.said)


def test_the_last_lines_are_kept() -> None:
    output = Output(RecordingStep("build"), ())

    output.take(f"line {number}\n".encode() for number in range(100))

    assert output.tail == tuple(f"line {number}" for number in range(80, 100))
