"""The compiler: a traced scalar function becomes WebAssembly, with the same bits.

The files in the order to read them: tape (the trace), watch (what must not happen in it), adjoint
(the reverse pass as more tape; recorded writes it down), wasm (the encoder; encoding and wat beside
it), lower (tape to instructions, which instructions has), python_functions and library (exp and its
relatives), size (what would be too large), jit (any function), layout, traceable, example, pairs,
update and kernel (a training run), evaluation (a trained model on many points), host (runs a
module), training (runs a kernel).
"""

from .evaluation import Evaluation
from .host import NoHost
from .jit import Compiled, jit
from .kernel import Job, Kernel, training_kernel
from .refusal import CannotCompile
from .wat import to_wat

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
