"""Units and people for the browser tests; runs inside the demo site."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db.models import F
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.models import Page, Site
from wagtail.users.models import UserProfile

from shareai_cms import actions, metering
from shareai_cms.integrations.wagtail import accounts
from shareai_cms.models import AccountPermission, Balance, Grant, PlanAllowance, SiteAccount, Usage
from tests.browser.preparation import PRESS, SHOP, VARIANTS
from tests.demo.loading.using_up import use_up
from tests.specimens.models import House, Imprint, Specimen

METER = "writing"


def account_of(name: str) -> SiteAccount:
    return accounts.open_account(accounts.reference_of(Site.objects.get(site_name=name)))


def fill(name: str, units: int, meter: str = METER) -> None:
    source = f"browser:{name}:{uuid4().hex}"
    metering.grant(account_of(name).wallet, meter, units, kind=Grant.Kind.ADJUSTMENT, source_ref=source)


def spend(name: str) -> None:
    """Use up everything that is left."""
    use_up(account_of(name), METER, key=f"browser:{name}", who="browser tests")


def begin_again(name: str) -> None:
    """Nothing left of a month's allowance, as if what was bought since had been used up in another month."""
    spend(name)
    account = account_of(name)
    included = PlanAllowance.objects.get(plan=account.wallet.plan, meter=METER).units
    Balance.objects.filter(wallet=account.wallet, meter=METER).update(spent_before_period=F("spent") - included)


def put_back(name: str) -> None:
    """What was used up at once, before the days that a report shows."""
    long_ago = timezone.now() - timedelta(days=2 * DAYS)
    Usage.objects.filter(key__startswith=f"browser:{name}:").update(created_at=long_ago)


def hire(name: str, choices: dict[str, str]) -> None:
    """One more person, with the rights and the password of whom they are named after."""
    people = get_user_model().objects
    editor = people.get(username=name.split("-")[0])
    person, _is_new = people.get_or_create(
        username=name,
        defaults={"password": editor.password, "first_name": editor.first_name, "last_name": editor.last_name},
    )
    person.groups.set(editor.groups.all())
    UserProfile.objects.update_or_create(user=person, defaults=choices)


WORDS = "In order to reach the light, please note that the path is closed at high tide."


def _item(kind: str, value: object) -> dict[str, object]:
    return {"type": kind, "value": value, "id": str(uuid4())}


def exhibit() -> None:
    """A page with a text in every kind of block, one with a picture alone, and settings."""
    call_command("migrate", verbosity=0)
    House.objects.update_or_create(site=Site.objects.get(site_name=PRESS), defaults={"tagline": WORDS})
    Imprint.objects.get_or_create(defaults={"notice": WORDS})
    home = Page.objects.get(pk=Site.objects.get(site_name=PRESS).root_page_id)
    if Specimen.objects.exists():
        return
    image = get_image_model().objects.order_by("pk").first()
    picture = {"type": "picture", "value": {"image": image.pk, "alt_text": "", "decorative": False}}
    lines = [_item("line", WORDS[:55]), _item("aside", WORDS)]
    entry = {"note": WORDS, "lines": lines}
    body = [
        {"type": "heading", "value": "In order to reach the light"},
        {"type": "paragraph", "value": WORDS},
        {"type": "words", "value": [_item("item", "In order to see far")]},
        {"type": "chapter", "value": {"title": "Chapter", "entries": [_item("item", entry)]}},
        picture,
        {"type": "old_picture", "value": {"picture": None, "alt": "", "caption": ""}},
        {"type": "code", "value": "AB-12"},
        {"type": "markup", "value": "<b>raw</b>"},
    ]
    page = home.add_child(instance=Specimen(title="Specimen", slug="specimen", body=json.dumps(body)))
    page.remarks.create(headline="A remark", text=WORDS, code="R1")
    page.save_revision().publish()
    home.add_child(instance=Specimen(title="Gallery", slug="gallery", body=json.dumps([picture])))


def lock(slug: str) -> None:
    """As somebody else would, in the middle of another person's work."""
    locker = get_user_model().objects.get(username="admin")
    Page.objects.filter(slug=slug).update(locked=True, locked_by=locker, locked_at=timezone.now())


def unlock(slug: str) -> None:
    Page.objects.filter(slug=slug).update(locked=False, locked_by=None, locked_at=None)


def prepare() -> None:
    """For the tests: more than they can use at the press, nothing at the shop."""
    fill(PRESS, 950)
    portray()
    for name, choices in VARIANTS.items():
        hire(name, choices)


def portray() -> None:
    """For the pictures: a fresh month at the press, nothing at the shop."""
    exhibit()
    spend(SHOP)


def dress(**choices: str) -> None:
    """Let everybody see the admin like this: who may buy is named on the pictures, and each once."""
    for person in get_user_model().objects.all():
        UserProfile.objects.update_or_create(user=person, defaults={"theme": "system", **choices})


JONAS, IDA = "Jonas Thede", "Ida Marlow"
#: What people did in the last weeks, as often as it stands here: action, field, person, route.
HABITS = (
    *[("rewrite", "body", JONAS, "standard")] * 8,
    *[("rewrite", "introduction", IDA, "premium")] * 2,
    *[("correct", "body", JONAS, "standard")] * 7,
    *[("correct", "introduction", IDA, "standard")] * 3,
    *[("shorten", "teaser", JONAS, "standard")] * 3,
    *[("shorten", "body", IDA, "standard")] * 2,
    *[("simplify", "body", JONAS, "standard")] * 2,
    ("tone", "introduction", IDA, "standard"),
    ("expand", "body", JONAS, "standard"),
    *[("continue", "body", JONAS, "standard")] * 2,
    ("summarise", "introduction", IDA, "standard"),
    *[("translate", "body", JONAS, "standard")] * 2,
    ("draft", "body", JONAS, "standard"),
    *[("title-alternatives", "title", JONAS, "standard")] * 4,
    *[("meta-description", "search_description", IDA, "standard")] * 3,
    *[("page-summary", "teaser", IDA, "standard")] * 2,
    *[("image-alt-text", "alt_text", JONAS, "standard")] * 4,
)
#: How it ended when it was not delivered: outcome, error code, and the route where that says more.
MISHAPS = (
    ("failed", "marketplace_timeout", ""),
    ("cancelled_early", "cancelled", ""),
    ("refused", "output_empty", "fallback"),
)
#: One use in so many ends like that.
RARELY = 15
#: Days of the reports' pictures and tests.
DAYS = 30


def remember(name: str, number: int, seed: int = 7) -> None:
    """Some weeks of use at a site, as rows: every one has ended, and its units are those of another month."""
    choose = random.Random(seed)
    account = account_of(name)
    people = {f"{person.first_name} {person.last_name}": person.pk for person in get_user_model().objects.all()}
    now = timezone.now()
    pages = [page.title for page in Page.objects.filter(depth__gt=2).order_by("pk")[:12]]
    rows = []
    for each in range(number):
        feature, field, person, route = choose.choice(HABITS)
        outcome, code, other = choose.choice(MISHAPS) if choose.randrange(RARELY) == 0 else ("delivered", "", "")
        at = now - timedelta(days=choose.triangular(0, DAYS, 3), minutes=5)
        rows.append(
            Usage(
                account=account,
                wallet=account.wallet,
                key=f"remembered-{account.pk}-{each}",
                fingerprint="0" * 64,
                state="released" if code else "settled",
                outcome=outcome,
                error_code=code,
                meter=METER,
                units=actions.get(feature).units * (3 if route == "premium" else 1),
                deadline=at + timedelta(minutes=5),
                created_at=at,
                resolved_at=at,
                actor_kind="user",
                actor_ref=str(people[person]),
                actor_label=person,
                feature=feature,
                object_label=choose.choice(pages),
                field=field,
                route=other or route,
                model_answered="sandbox-small",
                tokens_in=400,
                tokens_out=250,
                cost_millionths=choose.randrange(200, 2_000),
                surcharge_millionths=100,
            )
        )
    Usage.objects.bulk_create(rows)


def forget() -> None:
    """Take the remembered use away again."""
    Usage.objects.filter(key__startswith="remembered-").delete()


def hire_keeper() -> None:
    """Somebody who manages AI for the shop and for nothing else."""
    group, _is_new = Group.objects.get_or_create(name="Shopkeepers")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    AccountPermission.objects.get_or_create(group=group, account=account_of(SHOP), permission="manage")
    people = get_user_model().objects
    keeper, _is_new = people.get_or_create(
        username="keeper", defaults={"password": people.get(username="editor").password, "first_name": "Mara"}
    )
    keeper.groups.add(group)
