"""Who works at the magazine, and what lies on their desks; runs inside the site."""

from __future__ import annotations

from uuid import uuid4

from django.contrib.auth.models import Group, Permission, User

from shareai_cms import metering
from shareai_cms.actions.targets import TargetPolicy
from shareai_cms.metering import HoldRequest
from shareai_cms.models import AccountPermission, Grant, SiteAccount
from shareai_cms.permissions import USE, Actor
from tests.demo.process import PASSWORD
from tests.plain.models import Article, Passage, Remark

METER = "writing"
BODY = (
    "In order to reach the harbour before the tide turns, it is necessary that the boats leave at the time of dawn. "
    "The keeper of the light was very tired, but he made the decision to stay awake. "
    "Due to the fact that the fog was thick, nobody could see the other side of the bay."
)


def hire(name: str, *, may_use_ai: bool) -> User:
    """A member of staff who may work on articles."""
    person = User.objects.create_user(name, password=PASSWORD, is_staff=True, first_name=name.title())
    newsroom, _ = Group.objects.get_or_create(name="Newsroom")
    newsroom.permissions.set(Permission.objects.filter(content_type__app_label="plain"))
    person.groups.add(newsroom)
    if may_use_ai:
        authors, _ = Group.objects.get_or_create(name="Authors")
        AccountPermission.objects.get_or_create(group=authors, permission=USE)
        person.groups.add(authors)
    return person


def article_of(owner: User, **fields: str) -> Article:
    given = {"title": "The night of the long fog", "summary": "A light that did not go out.", "body": BODY, **fields}
    return Article.objects.create(owner=owner, **given)


def account() -> SiteAccount:
    ref = TargetPolicy().only_account()
    return metering.open_account(platform=ref.platform, reference=ref.reference)


def spend_all() -> None:
    """Use up what is left, under a key of its own each time."""
    whole, left = account(), metering.allowance_of(account(), METER).available
    request = HoldRequest(
        account=whole,
        meter=METER,
        units=left,
        key=uuid4().hex,
        fingerprint="0" * 64,
        actor=Actor(kind="user", reference="0", label="Somebody"),
        feature="rewrite",
    )
    metering.settle(metering.reserve(request))


def refill(units: int = 950) -> None:
    metering.grant(account().wallet, METER, units, kind=Grant.Kind.ADJUSTMENT, source_ref=f"refill:{uuid4().hex}")


def prepare() -> None:
    """For the browser: an author with an article, an intern without a right to AI, and who rules them."""
    User.objects.create_superuser("chief", password=PASSWORD)
    for person in (hire("author", may_use_ai=True), hire("intern", may_use_ai=False)):
        article = article_of(person, slug="the-night-of-the-long-fog")
        Passage.objects.create(article=article, heading="The keeper", text="He was in fact not alone that night.")
        Remark.objects.create(article=article, text="It is perhaps possible that this is a bit too long.")
    refill()
