"""The bundled images of handwritten digits: where they come from is in data/README.md."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

COUNT: Final = 1797
PIXELS: Final = 64
BRIGHTEST: Final = 16


@lru_cache(maxsize=1)
def images() -> tuple[tuple[bytes, ...], bytes]:
    """The images, 64 numbers from 0 to 16 each, and their labels, in the order of the source."""
    # Not everybody wants digits, and a page that starts should not wait for these.
    import zlib  # noqa: PLC0415
    from importlib import resources  # noqa: PLC0415

    packed = resources.files(__package__).joinpath("data", "digits.zlib").read_bytes()
    numbers = zlib.decompress(packed)
    # The pixels are kept together, image by image within each: that packs better.
    return tuple(numbers[COUNT + i :: COUNT] for i in range(COUNT)), numbers[:COUNT]
