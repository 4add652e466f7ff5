"""Pages in searches: what they say, when they change, and the ways to ask."""
