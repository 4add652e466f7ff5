"""The bulk actions of Wagtail's lists: each leads to the page that says what the run will take, and starts nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, ClassVar

from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import classproperty
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction
from wagtail.images.views.bulk_actions.image_bulk_action import ImageBulkAction
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction
from wagtail.snippets.models import get_snippet_models

from shareai_cms.actions.targets import AccountRef
from shareai_cms.errors import ShareAIError
from shareai_cms.integrations.wagtail import accounts, compat

#: Objects that one statement names.
CHUNK = 500


def fitting(slug: str) -> tuple[type[models.Model], ...]:
    """The classes that a task works on; none where it does not exist."""
    from shareai_cms.runs import tasks  # not at the start of a site

    try:
        return tasks.get(slug).models()
    except KeyError:
        return ()


class RunAction:
    """Shared by the bulk actions: only what the person may change is put on the list."""

    task: ClassVar[str]
    template_name = "shareai_cms/wagtail/bulk/confirm.html"
    action_priority = 60
    request: HttpRequest
    model: type[models.Model]
    next_url: str

    def selected(self) -> Iterator[Any]:
        """The objects in the order of their list, read in pieces, each as its own class."""
        ids: Iterable[Any] = self.request.GET.getlist("id")
        if "all" in ids:
            ids = self.everything()
        policy = compat.page_policy() if compat.is_page_model(self.model) else compat.permission_policy(self.model)
        changeable = policy.instances_user_has_permission_for(self.request.user, "change")
        for piece in _pieces(ids, self.model):
            found = changeable.filter(pk__in=piece).order_by("pk")
            objects = {str(obj.pk): obj for obj in (found.specific() if hasattr(found, "specific") else found)}
            yield from (objects.pop(key) for key in map(str, piece) if key in objects)
            yield from objects.values()  # named otherwise than they name themselves

    def everything(self) -> Iterable[Any]:
        """Keys of all that the list shows; of all that Wagtail takes where the list cannot be asked."""
        from shareai_cms.integrations.wagtail.bulk.listing import everything_shown

        shown = everything_shown(self.request, self.model)
        if shown is not None:
            return shown
        every: Iterable[Any] = self.get_all_objects_in_listing_query(self.request.GET.get("childOf"))  # type: ignore[attr-defined]
        return every

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ids = self.request.GET.getlist("id")
        number = len(ids)
        text = ngettext("%(number)d is selected.", "%(number)d are selected.", number) % {"number": number}
        return {
            "header_title": str(self.display_name),  # type: ignore[attr-defined]
            "sentence": _("Everything in this list is selected.") if "all" in ids else text,
            "next": self.next_url,
            "submit_url": f"{self.request.path}?{self.request.META['QUERY_STRING']}",
        }

    def form_valid(self, form: Any) -> HttpResponseBase:
        from shareai_cms.runs.selecting import prepare
        from shareai_cms.views.problems import tell
        from shareai_cms.views.runs.access import page_url

        wanted = fitting(self.task)
        others = 0

        def objects() -> Iterator[Any]:
            nonlocal others
            for obj in self.selected():
                if type(obj) in wanted:
                    yield obj
                else:
                    others += 1

        try:
            drafts = prepare(self.request.user, self.task, objects(), shared=self._shared, nouns=self._nouns())
        except ShareAIError as error:
            tell(self.request, error)
            return redirect(self.next_url)
        return redirect(page_url(drafts[0]))

    def _nouns(self) -> tuple[str, str]:
        options = self.model._meta
        return str(options.verbose_name), str(options.verbose_name_plural)

    def _shared(self) -> AccountRef:
        """Who pays for what belongs to several sites: the one that the person works for."""
        return accounts.reference_of(accounts.chosen_site(self.request))


def _pieces(ids: Iterable[Any], model: type[models.Model]) -> Iterator[list[Any]]:
    field: Any = model._meta.pk
    while field.is_relation:
        field = field.target_field
    values = iter(ids.iterator() if isinstance(ids, models.QuerySet) else ids)
    while piece := list(islice(values, CHUNK)):
        # Wagtail's lists write a key into the address as Django's admin does: "a/b" is "a_2Fb".
        keys = (unquote(pk) if isinstance(pk, str) else pk for pk in piece)
        yield [pk for pk in keys if _is_key(pk, field)]


def _is_key(pk: Any, field: Any) -> bool:
    """Whether the model could have such a key: they come from the address, and what is none finds nothing."""
    try:
        field.run_validators(field.to_python(pk))
    except ValidationError:
        return False
    return not (isinstance(pk, str) and "\x00" in pk)


class DescribePages(RunAction, PageBulkAction):
    task = "meta-descriptions"
    display_name = gettext_lazy("AI: meta descriptions")
    aria_label = gettext_lazy("Write meta descriptions for the selected pages")
    action_type = "shareai_meta"


class EnrichPages(RunAction, PageBulkAction):
    task = "enrich"
    display_name = gettext_lazy("AI: enrich")
    aria_label = gettext_lazy("Enrich the selected pages")
    action_type = "shareai_enrich"

    @classproperty
    def models(cls) -> list[Any]:  # noqa: N805
        base = compat.base_page_model()
        return [base] if any(issubclass(model, base) for model in fitting(cls.task)) else []


class EnrichSnippets(RunAction, SnippetBulkAction):
    task = "enrich"
    display_name = gettext_lazy("AI: enrich")
    aria_label = gettext_lazy("Enrich the selected items")
    action_type = "shareai_enrich"

    @classproperty
    def models(cls) -> list[Any]:  # noqa: N805
        wanted = fitting(cls.task)
        return [model for model in get_snippet_models() if model in wanted]


class DescribeImages(RunAction, ImageBulkAction):
    task = "alt-texts"
    display_name = gettext_lazy("AI: describe")
    aria_label = gettext_lazy("Describe the selected images")
    action_type = "shareai_alt"


ALL = (DescribePages, EnrichPages, EnrichSnippets, DescribeImages)
