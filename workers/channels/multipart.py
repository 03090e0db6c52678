"""Forms with files, as providers of letters take them."""

from collections.abc import Mapping

import httpx


def multipart(fields: Mapping[str, str], file_field: str, file: tuple[str, bytes]) -> tuple[bytes, str]:
    """The body of a form with one PDF, and its content type.

    Args:
        fields: names and values, in UTF-8.
        file_field: under which name the file goes.
        file: its name and its bytes.
    """
    name, content = file
    files = {file_field: (name, content, "application/pdf")}
    request = httpx.Request("POST", "https://form.invalid", data=dict(fields), files=files)
    return request.read(), request.headers["content-type"]
