from __future__ import annotations

from shareai_cms.reports.names import actor_name


def test_what_no_person_did_is_done_by_somebody_all_the_same() -> None:
    assert actor_name("visitor", "") == "Visitor"
    assert actor_name("indexing", "") == "Background work"
    assert actor_name("user", "Ida") == "Ida"
    assert actor_name("run", "") == "run"
