"""Where payment providers deliver their messages: open to everybody, so every message has to prove itself."""

from __future__ import annotations

import logging

from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shareai_cms import topups
from shareai_cms.errors import ForgedWebhook, PaymentMismatch, ProviderBadReply
from shareai_cms.topups.providers import provider_named

log = logging.getLogger("shareai_cms.topups")

#: Far above any message of a checkout.
MOST_BYTES = 1_000_000


@csrf_exempt
@require_POST
@never_cache
@transaction.non_atomic_requests
def receive(request: HttpRequest, provider: str) -> HttpResponse:
    """200 for what is stored and done, also a second time; 400 for a forgery; 500 for what should come again.

    The body of the answer says nothing: whoever asks without a signature is not told what exists here.
    """
    found = provider_named(provider)
    if found is None or not found.is_hosted:
        raise Http404
    try:
        body = request.body
    except (RequestDataTooBig, UnreadablePostError):
        return HttpResponse(status=400)
    if len(body) > MOST_BYTES:
        return HttpResponse(status=400)
    try:
        topups.receive(found, body, request.headers)
    except ForgedWebhook as error:
        log.warning("provider=%s event=forged reason=%s", found.slug, error)
        return HttpResponse(status=400)
    except (PaymentMismatch, ProviderBadReply):
        # Stored with its error and of no use again: the same message would fail the same way.
        return HttpResponse(status=200)
    except Exception as error:  # noqa: BLE001  whatever it is, the message is to be sent again
        log.error("provider=%s event=not_processed error=%s", found.slug, type(error).__name__)  # noqa: TRY400  its text may hold content
        return HttpResponse(status=500)
    return HttpResponse(status=200)
