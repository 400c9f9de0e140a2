"""WebAssembly itself: instructions, a module's bytes and its text."""
