"""The package's message catalogues: ``python -m tests.catalogues``, with no gettext programs."""
