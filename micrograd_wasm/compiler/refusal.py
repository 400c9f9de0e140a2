"""What the compiler says where it cannot do what the eager engine can."""

from __future__ import annotations


class CannotCompile(ValueError):
    """There is no program for this; the eager engine runs it. The message says why."""
