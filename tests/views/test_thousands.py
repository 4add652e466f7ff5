"""Numbers in addresses and forms are for machines, whatever the site does with those that people read."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template.loader import render_to_string

from shareai_cms.models import SiteAccount
from tests.reports.world import site
from tests.views.buying import TOPUPS, Buyer
from tests.views.test_usage import person

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.urls_plain")]

PK = 1_234
_ATTRIBUTE = re.compile(r'[\w-]+="[^"]*1[^\d"]{1,6}234[^"]*"')


@pytest.fixture
def many(people: SimpleNamespace, by_hand: None, settings: Any) -> SiteAccount:
    settings.USE_THOUSAND_SEPARATOR = True
    return site("Many", pk=PK)


class TestAnAccountOfANumberAboveAThousand:
    @pytest.mark.parametrize("language", ["en", "de", "fr"])
    @pytest.mark.parametrize("path", [TOPUPS, "/shareai/allowance/", "/shareai/what-counts/"])
    def test_is_named_in_no_attribute_as_people_read_it(
        self, many: SiteAccount, people: SimpleNamespace, path: str, language: str
    ) -> None:
        editor = Buyer(person("writer", "use", account=many))
        for reader in (people.agency, editor):
            answer = reader.client.get(path, {"account": PK}, headers={"accept-language": language})
            html = answer.content.decode()
            assert f"{PK}" in html
            assert not _ATTRIBUTE.findall(html)

    def test_can_be_bought_for(self, many: SiteAccount, people: SimpleNamespace) -> None:
        assert people.agency.order(people.bundle, many).account == many

    def test_can_be_asked_for(self, many: SiteAccount, people: SimpleNamespace) -> None:
        html = Buyer(person("writer", "use", account=many)).see(TOPUPS).content.decode()
        assert f'name="account" value="{PK}"' in html

    def test_is_not_taken_for_another(self, many: SiteAccount, people: SimpleNamespace) -> None:
        assert people.agency.see("/shareai/what-counts/", account="1,234").status_code == 404
        assert people.agency.see("/shareai/what-counts/", account=PK).status_code == 200


def test_pages_of_a_long_list_lead_to_each_other(settings: Any) -> None:
    settings.USE_THOUSAND_SEPARATOR = True
    page = Paginator(range(3_000), 1).page(1_500)
    html = render_to_string("shareai_cms/pages/pagination.html", {"page": page, "query": "site=1"})
    assert "p=1499" in html
    assert "p=1501" in html
    assert "1,500" in html
