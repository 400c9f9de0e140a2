"""The terminal's door: `python -m micrograd_wasm train`, `export`, `graph`, `bench`."""

import sys

from .cli.main import main

if __name__ == "__main__":
    sys.exit(main())
