from __future__ import annotations

from shareai_cms.reports import choices
from shareai_cms.reports.names import actor_name, feature_names
from shareai_cms.reports.words import feature_name


class TestWhatHappensWithoutAnEditor:
    def test_has_a_name_beside_the_actions(self) -> None:
        names = feature_names()
        assert (names["search"], names["indexing"]) == ("Search by meaning", "Indexing for search")
        assert "rewrite" in names
        assert choices.features() == list(names.items())
        assert feature_name("indexing") == "Indexing for search"
        assert feature_name("long-gone") == "long-gone"

    def test_is_done_by_somebody_without_a_name(self) -> None:
        assert actor_name("visitor", "") == "Visitor"
        assert actor_name("indexing", "") == "Background work"
        assert actor_name("user", "Ida") == "Ida"
        assert actor_name("run", "") == "run"
