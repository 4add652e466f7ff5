"""The languages that a site's content is written in."""

from __future__ import annotations

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext

from shareai_cms.actions.options import Choices


def other_languages(language: str) -> Choices:
    """The site's content languages but this one, named in the language of the reader."""
    # A CMS may write in fewer languages than its interface speaks.
    declared = getattr(settings, "WAGTAIL_CONTENT_LANGUAGES", None) or settings.LANGUAGES
    return tuple((code, _named(code, label)) for code, label in declared if code.lower() != language.lower())


def _named(code: str, label: object) -> str:
    known = LANG_INFO.get(code.lower(), {}).get("name")
    return gettext(known) if known else str(label)


def english_name(code: str) -> str:
    """What a model is told; the code itself where it has no name."""
    info = LANG_INFO.get(code.lower()) or LANG_INFO.get(code.lower().split("-")[0]) or {}
    return str(info.get("name", code))
