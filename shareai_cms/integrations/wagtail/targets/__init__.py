"""Which object an action is about, checked by Wagtail's own rules."""

from __future__ import annotations

from shareai_cms.actions.targets import TargetPolicy


def policies() -> list[TargetPolicy]:
    """The policies to register, the most particular last."""
    from shareai_cms.integrations.wagtail.targets.images import ImagePolicy
    from shareai_cms.integrations.wagtail.targets.pages import PagePolicy
    from shareai_cms.integrations.wagtail.targets.settings import SettingPolicy
    from shareai_cms.integrations.wagtail.targets.snippets import SnippetPolicy

    return [SnippetPolicy(), SettingPolicy(), ImagePolicy(), PagePolicy()]
