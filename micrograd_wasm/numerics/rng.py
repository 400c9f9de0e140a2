"""Random streams whose every draw is known: Erlang's exsss and NumPy's legacy Mersenne Twister.

A seed says whose stream it is. Three integers seed exsss, the default generator of Erlang's
`rand`, and give the numbers of MicrogradEx. One integer seeds the stream behind
`numpy.random.seed`, and gives the numbers of the original notebook. Both are made of integer
arithmetic and exactly rounded float operations, so the draws are the same bits in every runtime.
"""

from __future__ import annotations

import math
import random
import secrets
import sys
from array import array
from collections.abc import Sequence
from typing import Any, Final, Protocol, TypeAlias

from ..base import checks, memory
from . import elementary

Seed: TypeAlias = int | tuple[int, int, int] | None

DEFAULT_SEED: Final = (1337, 1337, 1337)

_MASK58: Final = (1 << 58) - 1
_MASK64: Final = (1 << 64) - 1
_WORDS: Final = 1 << 16  # words that are drawn at once


class Stream(Protocol):
    """What data sets and mini-batches ask of a generator."""

    def uniform(self) -> float:
        """A float in [0, 1), a multiple of 2**-53."""

    def normal(self) -> float:
        """A draw from the standard normal distribution."""

    def permutation(self, count: int) -> list[int]:
        """0 .. count-1 in random order."""


class Exsss:
    """Erlang's exsss: Xorshift116** with 58-bit words.

    Source: Erlang/OTP `rand` (stdlib), algorithm exsss; seeding by SplitMix64
    (Steele, Lea and Flood, 2014).

    Args:
        seed: three integers of any size or sign, taken modulo 2**64.
    """

    def __init__(self, seed: tuple[int, int, int]) -> None:
        if not isinstance(check_seed(seed), tuple):
            checks.refuse("seed", "three integers such as (1, 2, 3)", seed, kind=TypeError)
        first, second, third = seed
        _, counter = _seed58(first)
        self._head, counter = _seed58(second ^ counter)
        self._tail, _ = _seed58(third ^ counter)

    def _next(self) -> int:
        """The next 58-bit output."""
        a, b = self._head, self._tail
        a ^= (a << 24) & _MASK58
        self._head, self._tail = b, a ^ b ^ (a >> 11) ^ (b >> 41)
        scrambled = (5 * b) & _MASK58
        scrambled = ((scrambled << 7) | (scrambled >> 51)) & _MASK58
        return (9 * scrambled) & _MASK58

    def uniform(self) -> float:
        """A float in [0, 1): the upper 53 bits of one output."""
        return (self._next() >> 5) * 2.0**-53

    def integer(self, limit: int) -> int:
        """An integer in 1 .. limit, as `rand:uniform/1` gives it; limit at most 2**58."""
        limit = checks.integer("limit", limit, "an integer from 1 to 2**58", minimum=1)
        if limit > 1 << 58:
            checks.refuse("limit", "an integer from 1 to 2**58", limit)
        while True:
            output = self._next()
            if output < limit:
                return output + 1
            remainder = output % limit
            if output - remainder <= (1 << 58) - limit:
                return remainder + 1

    def normal(self) -> float:
        """Box and Muller's transform of two uniforms (its sine twin is not used)."""
        first = self.uniform()
        while first <= 0.0:
            first = self.uniform()
        radius = math.sqrt(-2.0 * elementary.log(first))
        return radius * elementary.cos(2.0 * math.pi * self.uniform())

    def permutation(self, count: int) -> list[int]:
        """Indices sorted by one uniform key each, ties by index."""
        count = _check_count(count)
        keys = [self.uniform() for _ in range(count)]
        return sorted(range(count), key=keys.__getitem__)


class Abreast:
    """Several exsss streams side by side: each has 64 bits of one long integer to itself, so that
    one operation on it takes a step of all of them.

    Args:
        seeds: one for each stream, as for `Exsss`.
    """

    def __init__(self, seeds: Sequence[tuple[int, int, int]]) -> None:
        streams = [Exsss(seed) for seed in seeds]
        self._size = 8 * len(streams)
        self._head = _joined([stream._head for stream in streams])
        self._tail = _joined([stream._tail for stream in streams])

    def uniforms(self, count: int) -> array[int]:
        """The next `count` uniforms of each stream, times 2**53: draw by draw, stream by stream.

        The same arithmetic as in `Exsss`; what a shift would carry into the stream beside is masked
        out.
        """
        size, head, tail = self._size, self._head, self._tail
        low7, low17, low34, low47, low51, low53, low58 = (
            _repeated((1 << bits) - 1, 8, size // 8) for bits in (7, 17, 34, 47, 51, 53, 58)
        )
        drawn = bytearray()
        for _ in range(count):
            a, b = head, tail
            a ^= (a & low34) << 24
            head, tail = b, a ^ b ^ ((a >> 11) & low47) ^ ((b >> 41) & low17)
            scrambled = (5 * b) & low58
            scrambled = ((scrambled & low51) << 7) | ((scrambled >> 51) & low7)
            drawn += (((9 * scrambled) >> 5) & low53).to_bytes(size, "little")
        self._head, self._tail = head, tail
        return _words("Q", drawn)


class LegacyNumpy:
    """NumPy's legacy global stream, as after `numpy.random.seed(seed)`.

    Source: MT19937 (Matsumoto and Nishimura, 1998) with `init_genrand` seeding; NumPy's
    `RandomState` for how draws are made from it.

    Args:
        seed: an integer in 0 .. 2**32 - 1.
    """

    def __init__(self, seed: int) -> None:
        seed = checks.integer("seed", seed, "an integer from 0 to 4294967295", minimum=0)
        if seed >= 1 << 32:
            checks.refuse("seed", "an integer from 0 to 4294967295", seed)
        key = [seed]
        for i in range(1, 624):
            key.append((1812433253 * (key[-1] ^ (key[-1] >> 30)) + i) & 0xFFFFFFFF)
        # Python's own Mersenne Twister does the rest; only its seeding differs from NumPy's.
        self._twister = random.Random()
        self._twister.setstate((3, (*key, 624), None))
        self._spare: float | None = None

    def uniform(self) -> float:
        """`random_sample()`."""
        return self._twister.random()

    def normal(self) -> float:
        """`randn()`: the polar method (Marsaglia, 1964); every second draw is the spare twin."""
        if self._spare is not None:
            spare, self._spare = self._spare, None
            return spare
        while True:
            x = 2.0 * self.uniform() - 1.0
            y = 2.0 * self.uniform() - 1.0
            square = x * x + y * y
            if 0.0 < square < 1.0:
                break
        factor = math.sqrt(-2.0 * elementary.log(square) / square)
        self._spare = factor * x
        return factor * y

    def permutation(self, count: int) -> list[int]:
        """`permutation(count)`: Fisher and Yates' shuffle from the end, by masked rejection."""
        count = _check_count(count)
        indices = list(range(count))
        last = count - 1
        while last > 0:
            # The places above `half` take words of as many bits as `last` has; and each of them a
            # word or more, so that none of these is drawn in vain.
            mask = (1 << last.bit_length()) - 1
            half = mask >> 1
            some = min(last - half, _WORDS)
            bits = self._twister.getrandbits(32 * some) & _repeated(mask, 4, some)
            for chosen in _words("I", bits.to_bytes(4 * some, "little")):
                if chosen <= last:
                    indices[last], indices[chosen] = indices[chosen], indices[last]
                    last -= 1
        return indices

    @property
    def state(self) -> tuple[int, ...]:
        """624 words and a position: where the stream is, between two permutations."""
        words: tuple[int, ...] = self._twister.getstate()[1]
        return words

    @state.setter
    def state(self, words: tuple[int, ...]) -> None:
        self._twister.setstate((3, words, None))
        self._spare = None


def check_seed(seed: Any) -> Seed:
    """`seed` as an int, a tuple of three ints, or None; refused otherwise."""
    expected = "None, an integer >= 0, or three integers such as (1, 2, 3)"
    if seed is None:
        return None
    if isinstance(seed, tuple | list):
        parts = checks.sequence("seed", seed, expected)
        if len(parts) != 3:
            checks.refuse("seed", expected, seed)
        try:
            a, b, c = (checks.integer("seed", part, expected, minimum=None) for part in parts)
        except TypeError:
            checks.refuse("seed", expected, seed, kind=TypeError)
        return (a, b, c)
    return checks.integer("seed", seed, expected, minimum=0)


def drawn_seed(seed: Any) -> int | tuple[int, int, int]:
    """`seed` checked; where it is None, three fresh integers, so that a run can be had again."""
    checked = check_seed(seed)
    if checked is None:
        return (secrets.randbits(32), secrets.randbits(32), secrets.randbits(32))
    return checked


def stream(seed: int | tuple[int, int, int]) -> Exsss | LegacyNumpy:
    """The stream that `seed` names."""
    return LegacyNumpy(seed) if isinstance(seed, int) else Exsss(seed)


def _splitmix64(state: int) -> tuple[int, int]:
    state = (state + 0x9E3779B97F4A7C15) & _MASK64
    z = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK64
    return z ^ (z >> 31), state


def _seed58(state: int) -> tuple[int, int]:
    """A non-zero 58-bit word and the counter it was made from."""
    while True:
        output, state = _splitmix64(state)
        if output & _MASK58:
            return output & _MASK58, state


def _check_count(count: Any) -> int:
    number = checks.integer("count", count, "an integer, 0 or more", minimum=0)
    memory.check("count", number, 64 * number)
    return number


def _joined(words: Sequence[int]) -> int:
    """Words of up to 64 bits as one integer, the first one lowest."""
    return int.from_bytes(b"".join(word.to_bytes(8, "little") for word in words), "little")


def _repeated(word: int, size: int, count: int) -> int:
    """`count` times the same word of `size` bytes, as one integer."""
    return int.from_bytes(word.to_bytes(size, "little") * count, "little")


def _words(kind: str, little: bytes | bytearray) -> array[int]:
    """Bytes, the lowest first, as unsigned words: "I" of 4 bytes, "Q" of 8."""
    words = array(kind, little)
    if sys.byteorder == "big":
        words.byteswap()
    return words
