"""The compiler: a traced scalar function becomes WebAssembly, with the same bits.

The files in the order to read them: tape (the trace), watch (what must not happen in it), adjoint
(the reverse pass as more tape; recorded writes it down), wasm/ (module, the encoder, with opcodes
and encoding; wat, its text), lower (tape to instructions, which instructions has), python_functions
and library (exp and its relatives), size (what would be too large), host (runs a module), jit (any
function), traceable and wiring (which models), evaluation (a trained model on many points), kernel/
(a run: layout, example, pairs, update and program; reuse keeps it, running runs it).
"""

from .evaluation import Evaluation
from .host import NoHost
from .jit import Compiled, jit
from .kernel.program import Job, Kernel, training_kernel
from .refusal import CannotCompile
from .wasm.wat import to_wat

__all__ = [
    "CannotCompile",
    "Compiled",
    "Evaluation",
    "Job",
    "Kernel",
    "NoHost",
    "jit",
    "to_wat",
    "training_kernel",
]
