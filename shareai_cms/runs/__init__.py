"""Bulk work over many objects: estimate, start, progress, pause, resume, review, undo."""
