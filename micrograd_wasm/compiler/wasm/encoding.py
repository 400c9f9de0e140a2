"""Numbers, names and vectors of the WebAssembly binary format (core specification, chapter 5)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

float64: Final = struct.Struct("<d").pack
"""IEEE 754, little-endian (5.2.3)."""


@lru_cache(maxsize=8192)
def unsigned(number: int) -> bytes:
    """LEB128 (5.2.2) of a u32."""
    if not 0 <= number < 1 << 32:
        raise ValueError(f"{number} is no unsigned number of 32 bits")
    out = bytearray()
    while number >= 128:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


@lru_cache(maxsize=8192)
def signed(number: int) -> bytes:
    """Signed LEB128 (5.2.2)."""
    out = bytearray()
    while not -64 <= number < 64:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number & 127)
    return bytes(out)


@lru_cache(maxsize=8192)
def signed32(number: int) -> bytes:
    """An i32 (5.2.2)."""
    return signed(_within(number, 32))


@lru_cache(maxsize=8192)
def signed64(number: int) -> bytes:
    """An i64 (5.2.2)."""
    return signed(_within(number, 64))


def _within(number: int, bits: int) -> int:
    if not -(limit := 1 << bits - 1) <= number < limit:
        raise ValueError(f"{number} is no signed number of {bits} bits")
    return number


def lane(number: int) -> bytes:
    """Which half of a vector of two (5.4.8)."""
    if number not in (0, 1):
        raise ValueError(f"{number} is no lane of a vector of two")
    return bytes((number,))


def vector(items: Sequence[bytes]) -> bytes:
    """A count, then the items (5.1.3)."""
    return unsigned(len(items)) + b"".join(items)


def name(text: str) -> bytes:
    """A length, then UTF-8 (5.2.4)."""
    encoded = text.encode()
    return unsigned(len(encoded)) + encoded


def section(number: int, content: bytes) -> bytes:
    """A section: its number, its size, its content (5.5.2)."""
    return bytes((number,)) + unsigned(len(content)) + content
