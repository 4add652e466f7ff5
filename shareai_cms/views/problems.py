"""What went wrong, told to a person on the next page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest

from shareai_cms.errors import ShareAIError


def tell(request: HttpRequest, error: ShareAIError) -> None:
    """Show the error's sentences on the page that follows."""
    messages.error(request, f"{error.sentence} {error.remedy}")
