"""Who may use, run in bulk, buy and manage AI, asked in one place.

Access to an admin gives no right to AI: a group is given one per account, or for all accounts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db.models import Q

from shareai_cms.conf import conf

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from shareai_cms.models import SiteAccount

USE = "use"
BULK = "bulk"
BUY = "buy"
MANAGE = "manage"
#: Rights that let a person see what is left.
SEES = (USE, BUY, MANAGE)
#: Held by everybody without being given, where ``SEARCH`` is on: questions to the site's own search.
SEARCH = "search"
#: Held by the site's own background work alone.
INDEX = "index"

VISITOR = "visitor"
INDEXING = "indexing"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts, in a form that outlives the person's row in the database."""

    #: ``user``, ``visitor``, ``indexing``, ``run`` or an integration's own kind.
    kind: str
    #: The primary key or other stable reference within the kind, as text.
    reference: str
    #: The name shown in reports.
    label: str = ""
    #: The Django user, where there is one; permissions are read from it.
    user: Any = None
    #: Rights already asked for, by account: an actor lives as long as one request or one job's step.
    known_rights: dict[int | None, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_user(cls, user: Any) -> Actor:
        """The actor for a signed-in Django user."""
        # A user model of the site's own need not have a full name.
        label = getattr(user, "get_full_name", str)() or user.get_username()
        return cls(kind="user", reference=str(user.pk), label=label[:255], user=user)


def can(actor: Actor, what: str, account: SiteAccount | None) -> bool:
    """Whether the actor holds a right on this account; one query, none for superusers and strangers.

    ``account`` may be None for a site whose account was not opened yet: rights given for all
    accounts count then.
    """
    user = actor.user
    if what == SEARCH:
        return conf.search and (actor.kind == VISITOR if user is None else user.is_active)
    if what == INDEX:
        return conf.search and user is None and actor.kind == INDEXING
    if user is None or not user.is_active:
        return False
    if user.is_superuser:
        return True
    return what in rights(actor, account)


def can_somewhere(actor: Actor, what: str) -> bool:
    """Whether the actor holds a right on any account: for deciding what to show, never what to allow."""
    return what in rights_somewhere(actor, what)


def rights_somewhere(actor: Actor, *any_of: str) -> frozenset[str]:
    """Those of these rights that the actor holds on some account, in one query; for deciding what to show."""
    from shareai_cms.models import AccountPermission

    user = actor.user
    if user is None or not user.is_active:
        return frozenset()
    if user.is_superuser:
        return frozenset(any_of)
    if not hasattr(user, "groups"):
        return frozenset()
    held = AccountPermission.objects.filter(permission__in=any_of, group__in=user.groups.all())
    return frozenset(held.values_list("permission", flat=True).distinct())


def rights(actor: Actor, account: SiteAccount | None) -> frozenset[str]:
    """Every right that the actor holds on this account; one query per actor for a user who is no superuser."""
    user = actor.user
    if user is None or not user.is_active:
        return frozenset()
    if user.is_superuser:
        return frozenset((USE, BULK, BUY, MANAGE))
    pk = account.pk if account is not None else None
    if pk not in actor.known_rights:
        actor.known_rights[pk] = _read_rights(user, pk)
    return actor.known_rights[pk]


def accounts_for(actor: Actor, *any_of: str) -> QuerySet[SiteAccount]:
    """The accounts on which the actor holds at least one of these rights, with their wallets."""
    from shareai_cms.models import AccountPermission, SiteAccount

    every = SiteAccount.objects.select_related("wallet").order_by("label", "pk")
    user = actor.user
    if user is None or not user.is_active:
        return every.none()
    if user.is_superuser:
        return every
    if not hasattr(user, "groups"):
        return every.none()
    held = AccountPermission.objects.filter(group__in=user.groups.all(), permission__in=any_of)
    # Evaluated here: a right for all accounts is a row without one, and no SQL of an account can match it.
    named = list(held.values_list("account", flat=True))
    return every if None in named else every.filter(pk__in=named)


def people_with(right: str, account: SiteAccount) -> QuerySet[Any]:
    """Active users who hold a right on the account through a group, in the order of their names.

    Superusers hold every right and are not among them unless a group gives it.
    """
    from shareai_cms.models import AccountPermission

    people: Any = get_user_model()
    everybody: QuerySet[Any] = people._default_manager.order_by(people.USERNAME_FIELD)
    if not hasattr(people, "groups"):
        return everybody.none()
    given = AccountPermission.objects.filter(Q(account=account) | Q(account__isnull=True), permission=right)
    return everybody.filter(groups__in=given.values("group"), is_active=True).distinct()


def _read_rights(user: Any, account: int | None) -> frozenset[str]:
    from shareai_cms.models import AccountPermission

    scope = Q(account__isnull=True)
    if account is not None:
        scope |= Q(account=account)
    if not hasattr(user, "groups"):
        return frozenset()
    # Not "group__user": a user model of the site's own may name the way back otherwise.
    held = AccountPermission.objects.filter(scope, group__in=user.groups.all())
    return frozenset(held.values_list("permission", flat=True))
