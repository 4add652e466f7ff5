"""From a selection in one of Wagtail's lists to a run over it."""
