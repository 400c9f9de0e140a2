"""Hypothesis strategies for programs.py: what fails is shrunk to a small program or run."""

from hypothesis import strategies as st

from tests.compiler.programs import configuration, program

_RANDOMS = st.randoms(use_true_random=False)

PROGRAMS = _RANDOMS.map(program)
CONFIGURATIONS = _RANDOMS.map(configuration)
