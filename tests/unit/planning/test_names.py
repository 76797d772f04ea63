"""What a deployment may be called."""

from __future__ import annotations

import pytest

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.planning.names import check_display_name


@pytest.mark.parametrize("name", ["fraud", "a b", "Büro-模型 🎉", "n" * 255, "-x", "my ocid1.x", "httpd", "./a"])
def test_any_one_line_of_text_is_a_name(name: str) -> None:
    check_display_name(name)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        ("n" * 256, "has 256 characters, and 255 is the most"),
        ("a\nb", r"has a line break or another control character: 'a\nb'"),
        ("a\x7f", r"has a line break or another control character: 'a\x7f'"),
        ("a\u2028b", r"has a line break or another control character: 'a\u2028b'"),
        ("a\udcff", r"has a line break or another control character: 'a\udcff'"),
        (" a", "begins or ends with a space: ' a'"),
        ("a ", "begins or ends with a space: 'a '"),
        ("ocid1.x", "begins with 'ocid1.', so that it would be taken for an OCID or a URL: 'ocid1.x'"),
        ("http://x", "begins with 'http://', so that it would be taken for an OCID or a URL: 'http://x'"),
        ("HTTPS://x", "begins with 'HTTPS://', so that it would be taken for an OCID or a URL: 'HTTPS://x'"),
    ],
)
def test_other_names_are_refused_with_the_reason(name: str, fault: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        check_display_name(name)

    assert str(caught.value) == f"the name of the deployment {fault}"
