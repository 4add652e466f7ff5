"""AI writing, product enrichment and semantic search for Django and Wagtail, routed through ShareAI."""

__version__ = "0.1.0"
