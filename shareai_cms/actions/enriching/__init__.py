"""Enriching a product: from what is known of it to proposals that a reviewer accepts, each grounded in the facts."""
