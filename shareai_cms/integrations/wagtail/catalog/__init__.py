"""Pages, snippets and images as catalogues see them: Wagtail's rights, locks, drafts and translations."""

from __future__ import annotations


def connect() -> None:
    """Make them known, the most particular keeper last."""
    from shareai_cms.catalog.keeping import register_keeper
    from shareai_cms.catalog.places.pictures import register_reader
    from shareai_cms.catalog.places.texts import register_text_kind
    from shareai_cms.catalog.registry import register_fallback
    from shareai_cms.integrations.wagtail.catalog import keepers, pages, pictures, texts

    for keeper in (keepers.WagtailKeeper(), keepers.ImageKeeper(), keepers.PageKeeper()):
        register_keeper(keeper)
    register_reader(pictures.READER)
    register_text_kind(texts.kind_of)
    register_fallback(pages.ImageCatalogue)
    register_fallback(pages.PageCatalogue)
