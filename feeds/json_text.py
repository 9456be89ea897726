"""Foreign JSON into plain Python values, and small questions asked of them."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

_SURROGATE = re.compile("[\ud800-\udfff]")


def read_json(body: bytes) -> Any:
    """Decode JSON as the standard has it, else as leniently as Python does, mended.

    Half a surrogate pair (an emoji cut in two by somebody's limit) becomes U+FFFD; bytes that are not
    UTF-8 likewise.

    Raises:
        ValueError: when it is no JSON at all.
    """
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        return _mended(json.loads(body.decode("utf-8-sig", "replace")))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except ValueError as error:
        where = (
            f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        )
        raise ValueError(f"it is not valid JSON{where}") from None


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if isinstance(value, dict):
        return {_mended(key): _mended(item) for key, item in value.items()}
    return value


def text_of(value: object) -> str:
    """A string or a number as text; anything else as nothing."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return ""


def texts_of(value: object) -> tuple[str, ...]:
    """A list of strings, or one string as a list of one."""
    if isinstance(value, list):
        return tuple(text for item in value if (text := text_of(item)))
    return (text,) if (text := text_of(value)) else ()


def object_of(value: object) -> dict[str, Any]:
    """A JSON object, or an empty one in place of anything else."""
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[Any]:
    """A JSON list, or an empty one in place of anything else."""
    return value if isinstance(value, list) else []
