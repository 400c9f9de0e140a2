"""The terminal's door: `python -m micrograd_wasm train`, `export`, `graph`, `bench`.

Results go to standard output, errors (one line) and progress to standard error. The exit code is 0
if all went well, 1 if a run failed or diverged, 2 if the command was not understood, 130 if it was
interrupted: a run then ends with the last finished step, and its result is written as always.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import sys
from collections.abc import Sequence
from typing import Any, Final, NoReturn, TextIO

from .. import __version__
from ..base.checks import shown
from ..compiler import NoHost
from ..engine.nn import ACTIVATIONS
from ..learning import losses, optimizers
from ..numerics import rng
from ..training import trainer
from . import commands

_EPILOG: Final = """examples:
  python -m micrograd_wasm train --dataset moons --steps 100 --plot
  python -m micrograd_wasm train --dataset spiral --layers 32,32 --steps 500 \\
      --optimizer adam --learning-rate 0.01 --json
  python -m micrograd_wasm export --what wasm --output moons.wasm
  python -m micrograd_wasm graph "(a*b + c).tanh()" a=2 b=-3 c=10 --format svg > graph.svg
  python -m micrograd_wasm bench

exit codes: 0 well, 1 the run failed or diverged, 2 the command was not understood,
130 interrupted (Ctrl-C): what was finished is kept and written
"""
# The options of what the engine calls an argument.
_OPTIONS: Final = {
    "n_samples": "--samples",
    "output_counts": "--layers",
    **{name: "--" + name.replace("_", "-") for name in
       ("steps", "noise", "alpha", "learning_rate", "batch_size",
        "depth", "around", "max_nodes", "example", "csv", "dataset", "loss", "output", "activation",
        "optimizer", "engine")},
}  # fmt: skip
LONGEST: Final = 1000
"""Characters of a message: more than any of ours has."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: error: {_line(message)} (--help tells more)\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: those after the program's name; the command line's by default.

    Returns:
        The exit code.
    """
    _write_what_the_terminal_can()
    who = "micrograd_wasm"
    try:
        code: int
        try:
            options = _parser().parse_args(arguments)
            who = f"{who} {options.command}"
            code = options.run(options)
        except SystemExit as told:  # by argparse: help, the version or a mistake
            code = int(told.code or 0)
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        _leave(sys.stdout)
        return 0
    except (TypeError, ValueError) as error:
        return _failed(who, _as_option(str(error)), 2)
    except NoHost as error:
        return _failed(who, str(error).replace('engine="eager"', "--engine eager"), 1)
    except OSError as error:
        if error.errno is None:
            return _failed(who, error, 1)
        if error.filename is None:  # files are named
            _leave(sys.stdout)
        return _failed(who, f"{error.filename or 'standard output'}: {error.strerror}", 1)
    except ArithmeticError as error:
        return _failed(who, error, 1)
    except MemoryError:
        return _failed(who, "there is not enough memory for so much", 1)
    except KeyboardInterrupt:
        return _failed(who, "interrupted", commands.INTERRUPTED)
    return code


def _as_option(message: str) -> str:
    """An engine's complaint about an argument, with the argument's name as the option has it."""
    found = re.match(r"(\w+)(?:\[\d+\])?(?= at step|:)", message)
    if found is None or found[1] not in _OPTIONS:
        return message
    return _OPTIONS[found[1]] + message[found.end() :]


def _failed(who: str, error: object, code: int) -> int:
    # Without a standard error, print would write to the standard output.
    if sys.stderr is not None:
        try:
            print(f"{who}: error: {_line(str(error))}", file=sys.stderr, flush=True)
        except OSError:
            _leave(sys.stderr)
    return code


def _line(text: str) -> str:
    """A message in one line that no argument can fill, or make a terminal do things."""
    words = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in " ".join(text.split()))
    return words if len(words) <= LONGEST else f"{words[: LONGEST // 2]} … {words[-LONGEST // 2 :]}"


def _leave(stream: TextIO) -> None:
    """What could not be written to it is not tried again when Python ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _write_what_the_terminal_can() -> None:
    """A character that the output's encoding lacks becomes "?", not an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _parser() -> argparse.ArgumentParser:
    raw: Any = argparse.RawDescriptionHelpFormatter
    parser = _Parser(
        prog="micrograd_wasm",
        description="A neural network in which every number can be looked at.",
        epilog=_EPILOG,
        formatter_class=raw,
    )
    parser.add_argument("--version", action="version", version=f"micrograd_wasm {__version__}")
    several = parser.add_subparsers(dest="command", required=True, metavar="command")

    train = several.add_parser("train", help="train a network and say how it went")
    train.set_defaults(run=commands.train)
    how = train.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="the whole run as JSON")
    how.add_argument("--plot", action="store_true", help="loss and boundary drawn as characters")
    _add_run(train)

    export = several.add_parser("export", help="write a run, or its kernel, to a file")
    export.set_defaults(run=commands.export)
    export.add_argument(
        "--what",
        choices=tuple(commands.EXPORTS),
        default="run",
        help="run: all of it as JSON; history: a CSV row for each step; parameters: JSON by name; "
        "wasm, wat: the kernel that trains it, as bytes or text; layout: where in its memory the "
        "numbers go and are found (default: run)",
    )
    _add_output(export)
    _add_run(export)

    graph = several.add_parser("graph", help="draw the graph of an expression or of a loss")
    graph.set_defaults(run=commands.graph)
    graph.add_argument(
        "expression",
        nargs="?",
        help="arithmetic such as (a*b + c).tanh(); without one, the loss of an example is drawn",
    )
    graph.add_argument("names", nargs="*", metavar="name=number", help="what its names stand for")
    graph.add_argument(
        "--format", choices=tuple(commands.PICTURES), default="text", help="(default: text)"
    )
    graph.add_argument("--no-gradients", action="store_true", help="leave the gradients out")
    graph.add_argument("--depth", type=_integer, help="only so many operations back from the end")
    graph.add_argument("--around", metavar="LABEL", help="only what is near the Value so labelled")
    graph.add_argument("--max-nodes", type=_integer, default=60, help="(default: 60)")
    graph.add_argument("--example", type=_integer, default=0, help="which example (default: 0)")
    _add_output(graph)
    _add_data(graph)
    _add_network(graph, layers="2")
    graph.add_argument("--loss", choices=tuple(losses.EXAMPLE_LOSSES), default="max_margin")

    bench = several.add_parser("bench", help="time the eager engine beside the compiled one here")
    bench.set_defaults(run=commands.bench)
    bench.add_argument("--json", action="store_true", help="the figures as JSON")
    return parser


def _add_run(parser: argparse.ArgumentParser) -> None:
    _add_data(parser)
    _add_network(parser, layers="16,16")
    group = parser.add_argument_group("training")
    group.add_argument("--steps", type=_integer, default=100, help="(default: 100)")
    group.add_argument("--alpha", type=_number, default=1e-4, help="strength of the penalty (1e-4)")
    group.add_argument(
        "--learning-rate", default="official", help="a number, or official: 1 - 0.9*step/100"
    )
    group.add_argument("--batch-size", type=_integer, help="examples of a step (default: all)")
    group.add_argument(
        "--seed", type=_stream_seed, default=(1337, 1337, 1337), help="of the batches"
    )
    every = (*losses.EXAMPLE_LOSSES, *losses.CLASS_LOSSES)
    group.add_argument(
        "--loss", choices=every, help="(default: max_margin; for digits one_vs_rest_margin)"
    )
    group.add_argument("--optimizer", choices=tuple(optimizers.OPTIMIZERS), default="sgd")
    group.add_argument("--engine", choices=trainer.ENGINES, default="auto")
    group.add_argument("--quiet", action="store_true", help="no progress in the terminal")


def _add_data(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("data")
    group.add_argument("--dataset", choices=tuple(commands.DATASETS), default="moons")
    group.add_argument("--csv", metavar="FILE", help="your own rows instead: x,y,label (-1 or 1)")
    group.add_argument("--samples", type=_integer, default=100, help="how many examples (100)")
    group.add_argument("--noise", type=_number, default=0.1, help="standard deviation (0.1)")
    group.add_argument(
        "--data-seed",
        type=_stream_seed,
        default=(1337, 1337, 1337),
        help="a,b,c for MicrogradEx's data, one integer for NumPy's (default: 1337,1337,1337)",
    )


def _add_network(parser: argparse.ArgumentParser, *, layers: str) -> None:
    group = parser.add_argument_group("network")
    group.add_argument(
        "--layers",
        type=_integers,
        default=_integers(layers),
        help=f'neurons of each hidden layer; "" for none (default: {layers})',
    )
    group.add_argument("--activation", choices=ACTIVATIONS, default="relu")
    group.add_argument(
        "--model-seed",
        type=_seed,
        default=(1337, 1337, 1337),
        help="a,b,c for MicrogradEx's weights, one integer for Python's",
    )


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output", "-o", metavar="FILE", help="(default: standard output)")


def _integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected an integer, got {shown(text)}") from None


def _integers(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",") if part.strip()]
    except ValueError:
        told = f"expected integers such as 16,16, got {shown(text)}"
        raise argparse.ArgumentTypeError(told) from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a number, got {shown(text)}") from None


def _seed(text: str) -> int | tuple[int, int, int]:
    numbers = _integers(text)
    if len(numbers) not in (1, 3):
        told = f"expected one integer or three (a,b,c), got {shown(text)}"
        raise argparse.ArgumentTypeError(told)
    try:
        seed: Any = rng.check_seed(numbers[0] if len(numbers) == 1 else numbers)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error).removeprefix("seed: ")) from None
    return seed  # type: ignore[no-any-return]


def _stream_seed(text: str) -> int | tuple[int, int, int]:
    """One integer is NumPy's here, which takes fewer than Python's."""
    seed = _seed(text)
    try:
        rng.stream(seed)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error).removeprefix("seed: ")) from None
    return seed


if __name__ == "__main__":
    sys.exit(main())
