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
from django.utils.formats import number_format
from django.utils.functional import classproperty
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction
from wagtail.images.views.bulk_actions.image_bulk_action import ImageBulkAction
from wagtail.models import Site
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction
from wagtail.snippets.models import get_snippet_models

from shareai_cms import metering, permissions
from shareai_cms.actions.targets import AccountRef
from shareai_cms.catalog.registry import catalogue_for
from shareai_cms.errors import AccountUnclear, NotPermitted, ShareAIError
from shareai_cms.integrations.wagtail import accounts, compat
from shareai_cms.models import AccountPermission

#: Whoever has one of these may begin a run.
MAY_RUN = frozenset((permissions.BULK, permissions.MANAGE))
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
        number, nouns = self._number(), self._nouns()
        text = ngettext("%(number)s %(name)s is selected.", "%(number)s %(name)s are selected.", number)
        return {
            "header_title": str(self.display_name),  # type: ignore[attr-defined]
            "sentence": text % {"number": number_format(number), "name": nouns[number != 1]},
            "sites": [accounts.reference_of(site) for site in self._sites()] if self._is_shared() else [],
            "site": self.request.POST.get("site") or str(self.request.session.get(accounts.SESSION_KEY, "")),
            "next": self.next_url,
            "submit_url": f"{self.request.path}?{self.request.META['QUERY_STRING']}",
            **kwargs,
        }

    def _number(self) -> int:
        ids: Any = self.request.GET.getlist("id")
        ids = self.everything() if "all" in ids else ids
        return ids.count() if isinstance(ids, models.QuerySet) else len(ids)

    def _is_shared(self) -> bool:
        """Whether what is selected belongs to no site of its own, as its first object tells."""
        first = next(self.selected(), None)
        catalogue = catalogue_for(type(first)) if first is not None else None
        try:
            if catalogue is not None:
                catalogue.account(first)
        except AccountUnclear:
            return True
        return False

    def _sites(self) -> list[Site]:
        """The sites on which the person may run in bulk, the default one first."""
        every = Site.objects.order_by("-is_default_site", "hostname", "port")
        return [site for site, held in accounts.rights_by_site(self.request, every).items() if held & MAY_RUN]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            with metering.tables_ready():
                if not permissions.rights_somewhere(accounts.actor_of(request), *MAY_RUN):
                    raise _refusal()
        except ShareAIError as error:
            return self._back(error)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def _back(self, error: ShareAIError) -> HttpResponseBase:
        from shareai_cms.views.problems import tell

        tell(self.request, error)
        # Wagtail knows of no list: this very page would send the person on to itself.
        return redirect("wagtailadmin_home" if self.next_url == self.request.path else self.next_url)

    def form_valid(self, form: Any) -> HttpResponseBase:
        from shareai_cms.runs.selecting import prepare
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
        except accounts.SiteNotPicked as error:
            # The selection stays: the site is chosen here.
            sites = [accounts.reference_of(site) for site in self._sites()]
            return self.render_to_response(self.get_context_data(sites=sites, problem=error.sentence))  # type: ignore[attr-defined]
        except NotPermitted:
            return self._back(_refusal())
        except ShareAIError as error:
            return self._back(error)
        return redirect(page_url(drafts[0]))

    def _nouns(self) -> tuple[str, str]:
        options = self.model._meta
        return str(options.verbose_name), str(options.verbose_name_plural)

    def _shared(self) -> AccountRef:
        """Who pays for what belongs to several sites: the one that was chosen here, else the one worked for."""
        given = self.request.POST.get("site", "")
        chosen = next((site for site in self._sites() if str(site.pk) == given), None) if given else None
        return accounts.reference_of(chosen or accounts.chosen_site(self.request))


def _refusal() -> NotPermitted:
    right = str(AccountPermission.Permission.BULK.label)
    return NotPermitted(
        "no right to run in bulk",
        sentence=_("You do not have the right “%(right)s” on the site of what you selected.") % {"right": right},
        remedy=_("Ask somebody who manages AI to give it to a group that you are in."),
    )


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
    aria_label = gettext_lazy("AI: meta descriptions for the selected pages")
    action_type = "shareai_meta"


class EnrichPages(RunAction, PageBulkAction):
    task = "enrich"
    display_name = gettext_lazy("AI: enrich")
    aria_label = gettext_lazy("AI: enrich the selected pages")
    action_type = "shareai_enrich"

    @classproperty
    def models(cls) -> list[Any]:  # noqa: N805
        base = compat.base_page_model()
        return [base] if any(issubclass(model, base) for model in fitting(cls.task)) else []


class EnrichSnippets(RunAction, SnippetBulkAction):
    task = "enrich"
    display_name = gettext_lazy("AI: enrich")
    aria_label = gettext_lazy("AI: enrich the selected items")
    action_type = "shareai_enrich"

    @classproperty
    def models(cls) -> list[Any]:  # noqa: N805
        wanted = fitting(cls.task)
        return [model for model in get_snippet_models() if model in wanted]


class DescribeImages(RunAction, ImageBulkAction):
    task = "alt-texts"
    display_name = gettext_lazy("AI: describe")
    aria_label = gettext_lazy("AI: describe the selected images")
    action_type = "shareai_alt"


ALL = (DescribePages, EnrichPages, EnrichSnippets, DescribeImages)
