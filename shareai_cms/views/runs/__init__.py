"""Bulk runs as pages: what a run will cost, how far it is, what it proposes, and taking that back."""
