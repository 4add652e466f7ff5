from __future__ import annotations

import csv
import io
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, User
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client
from django.utils import timezone
from openpyxl import load_workbook

from shareai_cms.models import AccountPermission, SiteAccount
from shareai_cms.reports import roll_up, sheets
from tests.reports.world import ENDS, site, use

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.urls_plain")]

USAGE = "/shareai/usage/"


def person(name: str, *rights: str, account: SiteAccount | None = None, **fields: Any) -> User:
    """Somebody whose group has these rights, on one account or on all."""
    user = User.objects.create_user(name, password="secret", **fields)
    group = Group.objects.create(name=name)
    user.groups.add(group)
    for right in rights:
        AccountPermission.objects.create(group=group, permission=right, account=account)
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(answer: Any, part: str = ".shareai-page") -> str:
    assert answer.status_code == 200
    found = BeautifulSoup(answer.content, "html.parser").select_one(part)
    assert found is not None
    return " ".join(found.get_text(" ").split())


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.fixture
def clients() -> SimpleNamespace:
    """Two clients of one agency, each with a manager; yesterday both used AI."""
    ours, theirs = site("Press"), site("Chandlery")
    yesterday = timezone.now() - timedelta(days=1)
    for number in range(3):
        use(ours, yesterday, actor_label="Ada Ours", object_label=f"Ours {number}", actor_ref="1")
    for number in range(5):
        use(theirs, yesterday, actor_label="Ben Theirs", object_label=f"Theirs {number}", actor_ref="2")
    return SimpleNamespace(
        ours=ours,
        theirs=theirs,
        manager=person("client-manager", "manage", account=ours),
        agency=person("agency", "manage"),
    )


class TestWhoSeesIt:
    def test_strangers_are_sent_to_sign_in(self) -> None:
        answer = Client().get(f"{USAGE}?meter=writing")
        assert answer.status_code == 302
        assert answer["Location"] == "/django-admin/login/?next=/shareai/usage/%3Fmeter%3Dwriting"

    @pytest.mark.parametrize("rights", [(), ("use", "bulk", "buy")])
    def test_who_manages_nothing_is_refused(self, clients: SimpleNamespace, rights: tuple[str, ...]) -> None:
        assert signed_in(person("editor", *rights)).get(USAGE).status_code == 403

    def test_the_agency_sees_everything(self, clients: SimpleNamespace) -> None:
        answer = signed_in(clients.agency).get(USAGE)
        assert "8 writing actions counted" in words(answer)
        assert "Theirs 4" in words(answer)
        assert "Ours 2" in words(answer)

    def test_superusers_need_no_right(self, clients: SimpleNamespace) -> None:
        root = User.objects.create_superuser("root")
        assert "8 writing actions counted" in words(signed_in(root).get(USAGE))

    def test_who_is_no_longer_active_is_nobody(self, clients: SimpleNamespace) -> None:
        client = signed_in(clients.manager)
        User.objects.filter(pk=clients.manager.pk).update(is_active=False)
        assert client.get(USAGE).status_code == 302

    def test_a_right_that_is_taken_away_is_gone_at_once(self, clients: SimpleNamespace) -> None:
        client = signed_in(clients.manager)
        assert client.get(USAGE).status_code == 200
        AccountPermission.objects.filter(account=clients.ours).delete()
        for question in ("", "?export=csv", "?export=xlsx"):
            assert client.get(USAGE + question).status_code == 403


class TestBesideWagtail:
    def test_pages_outside_its_admin_are_not_behind_its_door(self, clients: SimpleNamespace) -> None:
        """Wagtail wraps the very patterns that it is given; these are others."""
        from importlib import import_module

        from django.urls import get_resolver

        assert get_resolver("tests.urls").url_patterns
        import_module("wagtail.admin.urls")
        assert "counted" in words(signed_in(clients.manager).get(USAGE))


class TestAnotherClientsRows:
    """Whatever a manager asks for, and in whatever form, only their own site's rows come back."""

    QUESTIONS = (
        "",
        "account={theirs}",
        "account={ours}&account={theirs}",
        "account=",
        "account=0",
        "person=user:2",
        "account={theirs}&person=user:2",
        "p=2",
        "p=999",
        "counted=yes&feature=rewrite&meter=writing&route=standard",
        "first=1970-01-01&last=2999-12-31",
        "first=nonsense",
    )

    @pytest.fixture(params=[False, True], ids=["rows", "rolled up"])
    def rolled(self, request: pytest.FixtureRequest, clients: SimpleNamespace) -> SimpleNamespace:
        if request.param:
            assert roll_up(timezone.now() + timedelta(days=2)) == 2
        return clients

    @pytest.mark.parametrize("question", QUESTIONS)
    @pytest.mark.parametrize("kind", ["", "csv", "xlsx"])
    def test_are_in_no_page_and_no_file(self, rolled: SimpleNamespace, question: str, kind: str) -> None:
        asked = question.format(ours=rolled.ours.pk, theirs=rolled.theirs.pk)
        answer = signed_in(rolled.manager).get(f"{USAGE}?{asked}&export={kind}")
        assert answer.status_code == 200
        found = body(answer)
        if found.startswith(b"PK"):
            sheet = load_workbook(io.BytesIO(found)).active
            found = str([[cell.value for cell in line] for line in sheet.iter_rows()]).encode()
        assert b"Theirs" not in found
        assert b"Chandlery" not in found

    def test_are_not_counted_either(self, rolled: SimpleNamespace) -> None:
        client = signed_in(rolled.manager)
        assert "3 writing actions counted" in words(client.get(USAGE))
        answer = client.get(f"{USAGE}?account={rolled.theirs.pk}")
        # With one account there is nothing to choose, so the parameter means nothing.
        assert "3 writing actions counted" in words(answer)

    def test_an_account_beside_ones_own_is_no_choice(self, rolled: SimpleNamespace) -> None:
        second = site("Lighthouse")
        group = rolled.manager.groups.get()
        AccountPermission.objects.create(group=group, permission="manage", account=second)
        client = signed_in(rolled.manager)
        assert "Lighthouse" in words(client.get(USAGE))
        answer = client.get(f"{USAGE}?account={rolled.theirs.pk}")
        assert "Select a valid choice" in words(answer)
        assert "counted in" not in words(answer)
        assert b"Theirs" not in body(client.get(f"{USAGE}?account={rolled.theirs.pk}&export=csv"))


class TestThePage:
    def test_says_why_something_was_not_counted(self, clients: SimpleNamespace) -> None:
        use(clients.ours, timezone.now() - timedelta(days=1), end=ENDS[3])
        text = words(signed_in(clients.manager).get(USAGE))
        assert "1 request was not counted" in text
        assert "The AI service took too long to answer. 1" in text

    def test_names_the_zone(self, clients: SimpleNamespace) -> None:
        assert "time zone: UTC" in words(signed_in(clients.manager).get(USAGE))

    def test_a_period_the_wrong_way_round_is_said(self, clients: SimpleNamespace) -> None:
        answer = signed_in(clients.manager).get(f"{USAGE}?first=2026-03-02&last=2026-03-01")
        assert "The first day is after the last one." in words(answer)

    def test_pages_keep_the_filters(self, clients: SimpleNamespace) -> None:
        for _each in range(60):
            use(clients.ours, timezone.now())
        answer = signed_in(clients.manager).get(f"{USAGE}?meter=writing")
        assert "Page 1 of 2" in words(answer)
        page = BeautifulSoup(answer.content, "html.parser")
        assert page.select_one("a[rel=next]")["href"] == "?meter=writing&p=2"  # type: ignore[index]
        second = BeautifulSoup(signed_in(clients.manager).get(f"{USAGE}?p=2").content, "html.parser")
        assert len(second.select("tr:has(.shareai-time)")) == 13

    def test_holds_no_inline_style_or_script(self, clients: SimpleNamespace) -> None:
        page = BeautifulSoup(signed_in(clients.manager).get(USAGE).content, "html.parser")
        ours = page.select_one(".shareai-page")
        assert ours is not None
        assert not ours.select("[style], script, style")

    def test_the_chart_is_named_and_told_as_a_table(self, clients: SimpleNamespace) -> None:
        page = BeautifulSoup(signed_in(clients.manager).get(USAGE).content, "html.parser")
        drawing = page.select_one("svg.shareai-chart__bars")
        assert drawing is not None
        assert drawing["role"] == "img"
        assert str(drawing["aria-label"]).startswith("Writing actions per day. 3 writing actions in this period")
        assert [cell.get_text() for cell in page.select(".shareai-chart tbody td")] == ["3", "3"]

    def test_markup_in_a_title_stays_text(self, clients: SimpleNamespace) -> None:
        use(clients.ours, timezone.now(), object_label="<script>alert(1)</script>", actor_label="<b>Eve</b>")
        content = signed_in(clients.manager).get(USAGE).content.decode()
        assert "<script>alert" not in content
        assert "<b>Eve" not in content


class TestFiles:
    def test_csv_holds_the_filtered_rows(self, clients: SimpleNamespace) -> None:
        answer = signed_in(clients.agency).get(f"{USAGE}?account={clients.theirs.pk}&export=csv")
        assert isinstance(answer, StreamingHttpResponse)
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert answer["Content-Disposition"].startswith('attachment; filename="ai-usage-')
        assert answer["Cache-Control"].startswith("private, no-store")
        lines = list(csv.DictReader(io.StringIO(body(answer).decode("utf-8-sig"))))
        assert [line["Site"] for line in lines] == ["Chandlery"] * 5

    def test_the_page_number_does_not_shorten_it(self, clients: SimpleNamespace) -> None:
        answer = signed_in(clients.agency).get(f"{USAGE}?export=csv&p=9")
        assert len(body(answer).splitlines()) == 9

    def test_headings_are_in_the_language_of_the_request(self, clients: SimpleNamespace) -> None:
        client = signed_in(clients.agency)
        answer = client.get(f"{USAGE}?export=csv", headers={"accept-language": "de"})
        assert body(answer).decode("utf-8-sig").startswith("Zeit,")

    def test_a_workbook_has_a_limit_and_says_so(
        self, clients: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sheets, "MOST_XLSX_ROWS", 7)
        answer = signed_in(clients.agency).get(f"{USAGE}?export=xlsx")
        assert "A spreadsheet file takes at most 7 actions." in answer.content.decode()
        assert body(signed_in(clients.agency).get(f"{USAGE}?export=csv"))

    def test_without_openpyxl_there_is_csv_and_a_word_about_it(
        self, clients: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sheets, "find_spec", lambda name: None)
        client = signed_in(clients.agency)
        text = words(client.get(USAGE))
        assert "Download CSV" in text
        assert "Download XLSX" not in text
        assert "install the package openpyxl" in text
        assert client.get(f"{USAGE}?export=xlsx")["Content-Type"].startswith("text/html")

    def test_an_unknown_format_is_the_page(self, clients: SimpleNamespace) -> None:
        assert "counted" in words(signed_in(clients.agency).get(f"{USAGE}?export=pdf"))


@pytest.mark.django_db(transaction=True)
class TestUnderAsgi:
    def test_a_csv_file_is_sent_piece_by_piece(self) -> None:
        from asgiref.sync import async_to_sync

        account = site("Press")
        for number in range(1_100):
            use(account, timezone.now() - timedelta(minutes=number))
        manager = person("manager", "manage")

        async def download() -> list[bytes]:
            client = AsyncClient()
            await client.aforce_login(manager)
            answer: Any = await client.get(f"{USAGE}?export=csv")
            return [piece async for piece in answer.streaming_content]

        pieces = async_to_sync(download)()
        assert len(pieces) == 3
        assert len(b"".join(pieces).splitlines()) == 1_101
