"""A client's site: a small press with a shop, built on plain Wagtail and knowing nothing of shareai-cms."""
