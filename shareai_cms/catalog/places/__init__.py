"""Where a part of a product stands in a model: in a column, in rows of its own, in JSON, in an image."""
