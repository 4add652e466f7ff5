"""Draws the client's pictures; ``python -m tests.demo.pictures`` writes them to ``content/pictures``."""
