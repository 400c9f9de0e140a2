"""Exact numbers: elementary functions and random streams with the same bits everywhere."""
