"""The training loop: arguments in, a run out, and runs as files."""
