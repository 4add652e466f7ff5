"""The picture that a proposed alternative text is of, small, for whoever reviews it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from shareai_cms.actions.facts import ImageFact
from shareai_cms.actions.pictures import smaller
from shareai_cms.errors import ImageUnusable
from shareai_cms.metering.retry import patiently, rows
from shareai_cms.models import Run, RunItem
from shareai_cms.runs import desks
from shareai_cms.runs.seeing import seen_by
from shareai_cms.views.runs.access import of_kept_run

#: Pixels a side, and seconds that a browser keeps it.
EDGE, KEPT = 320, 3_600


@require_safe
@of_kept_run
def picture(request: HttpRequest, run: Run, item: int) -> HttpResponseBase:
    """A copy made when the browser comes to it, so that a list of hundreds of images opens as fast as one of two."""
    found = _image(request, run, item)
    if found is None or found.load is None:
        raise Http404
    try:
        copy = smaller(found.load(), EDGE)
    except (ImageUnusable, OSError):
        raise Http404 from None
    answer = HttpResponse(copy, content_type="image/jpeg")
    patch_cache_control(answer, private=True, max_age=KEPT)
    return answer


def _image(request: HttpRequest, run: Run, pk: int) -> ImageFact | None:
    """The image, where this person may change the object that it belongs to."""
    items = patiently(lambda: list(rows(RunItem).filter(run=run.pk, pk=pk)))
    things = desks.load(items)
    if not seen_by(request.user, items, things):
        return None
    thing = things[pk]
    if thing.catalogue is None:
        return None
    images = thing.catalogue.read(thing.obj, items[0].language).images
    return next((each for each in images if each.key == request.GET.get("key", "")), None)
