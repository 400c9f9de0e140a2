"""Runs the cells of lessons, and checks the answers to their exercises."""
