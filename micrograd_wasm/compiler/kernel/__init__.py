"""The training program: a whole run as one module, and its memory."""
