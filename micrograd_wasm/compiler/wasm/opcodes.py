"""The instructions that the compiler knows: names, opcodes and types as the specification has them.

Section numbers are those of the WebAssembly core specification, release 2.0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from .encoding import float64, lane, signed32, signed64, unsigned

# 5.3.1: value types. Here a type is one letter: i = i32, l = i64 (long), d = f64 (double),
# v = v128 (vector), which holds two f64s, its lanes.
TYPE_NAMES: Final = {"i": "i32", "l": "i64", "d": "f64", "v": "v128"}
TYPE_CODES: Final = {"i": b"\x7f", "l": b"\x7e", "d": b"\x7c", "v": b"\x7b"}

# 5.4: the opcode of each instruction, the types it takes and the types it gives.
PLAIN: Final[dict[str, tuple[bytes, str, str]]] = {
    "f64.eq": (b"\x61", "dd", "i"),
    "f64.ne": (b"\x62", "dd", "i"),
    "f64.lt": (b"\x63", "dd", "i"),
    "f64.gt": (b"\x64", "dd", "i"),
    "f64.le": (b"\x65", "dd", "i"),
    "f64.ge": (b"\x66", "dd", "i"),
    "f64.abs": (b"\x99", "d", "d"),
    "f64.neg": (b"\x9a", "d", "d"),
    "f64.floor": (b"\x9c", "d", "d"),
    "f64.nearest": (b"\x9e", "d", "d"),
    "f64.sqrt": (b"\x9f", "d", "d"),
    "f64.add": (b"\xa0", "dd", "d"),
    "f64.sub": (b"\xa1", "dd", "d"),
    "f64.mul": (b"\xa2", "dd", "d"),
    "f64.div": (b"\xa3", "dd", "d"),
    "f64.min": (b"\xa4", "dd", "d"),
    "f64.max": (b"\xa5", "dd", "d"),
    "f64.copysign": (b"\xa6", "dd", "d"),
    "i32.eqz": (b"\x45", "i", "i"),
    "i32.eq": (b"\x46", "ii", "i"),
    "i32.gt_s": (b"\x4a", "ii", "i"),
    "i32.ge_s": (b"\x4e", "ii", "i"),
    "i32.add": (b"\x6a", "ii", "i"),
    "i32.sub": (b"\x6b", "ii", "i"),
    "i32.mul": (b"\x6c", "ii", "i"),
    "i32.and": (b"\x71", "ii", "i"),
    "i32.or": (b"\x72", "ii", "i"),
    "i32.shl": (b"\x74", "ii", "i"),
    "i32.shr_s": (b"\x75", "ii", "i"),
    "i64.eq": (b"\x51", "ll", "i"),
    "i64.add": (b"\x7c", "ll", "l"),
    "i64.and": (b"\x83", "ll", "l"),
    "i64.or": (b"\x84", "ll", "l"),
    "i64.shl": (b"\x86", "ll", "l"),
    "i64.shr_u": (b"\x88", "ll", "l"),
    "i32.wrap_i64": (b"\xa7", "l", "i"),
    "i32.trunc_sat_f64_s": (b"\xfc\x02", "d", "i"),
    "i64.extend_i32_s": (b"\xac", "i", "l"),
    "f64.convert_i32_s": (b"\xb7", "i", "d"),
    "i64.reinterpret_f64": (b"\xbd", "d", "l"),
    "f64.reinterpret_i64": (b"\xbf", "l", "d"),
}
# 5.4.8: the same for two f64s at once. A comparison gives a lane of ones or of zeros.
VECTORS: Final[dict[str, tuple[bytes, str, str]]] = {
    "f64x2.splat": (b"\xfd\x14", "d", "v"),
    "f64x2.ne": (b"\xfd\x48", "vv", "v"),
    "f64x2.lt": (b"\xfd\x49", "vv", "v"),
    "f64x2.gt": (b"\xfd\x4a", "vv", "v"),
    "f64x2.neg": (b"\xfd\xed\x01", "v", "v"),
    "f64x2.add": (b"\xfd\xf0\x01", "vv", "v"),
    "f64x2.sub": (b"\xfd\xf1\x01", "vv", "v"),
    "f64x2.mul": (b"\xfd\xf2\x01", "vv", "v"),
    "f64x2.div": (b"\xfd\xf3\x01", "vv", "v"),
    "v128.and": (b"\xfd\x4e", "vv", "v"),
    "v128.andnot": (b"\xfd\x4f", "vv", "v"),
    "v128.any_true": (b"\xfd\x53", "v", "i"),
}
# 5.4.6: loads and stores, with their natural alignment; the offset follows.
MEMORY: Final[dict[str, tuple[bytes, str, str]]] = {
    "i32.load": (b"\x28\x02", "i", "i"),
    "f64.load": (b"\x2b\x03", "i", "d"),
    "i32.store": (b"\x36\x02", "ii", ""),
    "f64.store": (b"\x39\x03", "id", ""),
    "v128.load64_splat": (b"\xfd\x0a\x03", "i", "v"),
}
# 5.4.8: one lane of two; its number follows.
LANES: Final[dict[str, tuple[bytes, str, str]]] = {
    "f64x2.extract_lane": (b"\xfd\x21", "v", "d"),
    "f64x2.replace_lane": (b"\xfd\x22", "vd", "v"),
}
# 5.4.7: constants; the number follows.
CONSTANTS: Final[dict[str, tuple[bytes, str, str, Callable[[Any], bytes]]]] = {
    "i32.const": (b"\x41", "", "i", signed32),
    "i64.const": (b"\x42", "", "l", signed64),
    "f64.const": (b"\x44", "", "d", float64),
}
# All of those: opcode, types taken and given, and how what follows is written.
FIXED: Final[dict[str, tuple[bytes, str, str, Callable[[Any], bytes] | None]]] = {
    **{op: (*known, None) for op, known in (PLAIN | VECTORS).items()},
    **{op: (*known, unsigned) for op, known in MEMORY.items()},
    **{op: (*known, lane) for op, known in LANES.items()},
    **CONSTANTS,
}

# 5.4.4: local variables, for each type of variable; the index follows.
LOCALS: Final[dict[str, dict[str, tuple[bytes, str, str]]]] = {
    "local.get": {kind: (b"\x20", "", kind) for kind in TYPE_NAMES},
    "local.set": {kind: (b"\x21", kind, "") for kind in TYPE_NAMES},
    "local.tee": {kind: (b"\x22", kind, kind) for kind in TYPE_NAMES},
}
