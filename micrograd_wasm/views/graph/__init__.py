"""The graph behind a Value as a picture."""
