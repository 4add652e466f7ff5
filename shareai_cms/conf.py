"""The one reader of ``settings.SHAREAI_CMS``.

Values are read on access and never cached, so ``override_settings`` works in tests. Durations are
seconds, sizes are bytes unless the name says otherwise.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from django.conf import settings as django_settings

#: The last of them never reaches the marketplace: its calls go to the sandbox.
PRODUCTION, STAGING, SANDBOX = "production", "staging", "sandbox"
ENVIRONMENTS = (PRODUCTION, STAGING, SANDBOX)

DEFAULTS: dict[str, Any] = {
    "ENVIRONMENT": None,
    "API_KEY": None,
    "BASE_URL": "https://api.shareai.now/api/v1",
    "SANDBOX_URL": "http://127.0.0.1:8100/api/v1",
    "ROUTES": {"standard": [], "premium": [], "fallback": []},
    "CALL_BUDGET": 120.0,
    "CONNECT_TIMEOUT": 5.0,
    "READ_TIMEOUT": 60.0,
    "HOLD_DEADLINE": 300.0,
    "MAX_ATTEMPTS": 3,
    "MAX_REPLY_BYTES": 1_000_000,
    "MAX_INPUT_CHARACTERS": 20_000,
    "STREAM": True,
    "EXTRA_HEADERS": {},
    "EXTRA_BODY": {},
    "SEND_METADATA": True,
    "SEND_USER": True,
    "METERS": {},
    "DEFAULT_PLAN": {"writing": 50, "products": 25, "searches": 500},
    "TIME_ZONE": None,
    "TOPUP_URL": "https://console.shareai.now/app/billing/",
    "EXCLUDED_FIELDS": [],
    "ENCRYPTION_KEYS": [],
    "IMAGE_MAX_BYTES": 20_000_000,
    "IMAGE_MAX_PIXELS": 60_000_000,
    "IMAGE_EDGE": 1024,
    "STREAM_PING_SECONDS": 1.0,
    "SUGGESTION_DAYS": 90,
    "CHECKOUT": {},
    "CHECKOUT_URL": "",
    "WEBHOOK_SECRETS": [],
    "STRIPE_API_KEY": None,
    "STRIPE_WEBHOOK_SECRETS": [],
    "STRIPE_OPTIONS": {},
    "SELLER": {},
    "EMBEDDING_MODEL": "",
    "EMBEDDING_DIMENSIONS": None,
    "EMBEDDING_BATCH": 64,
    "EMBEDDING_BATCH_CHARACTERS": 60_000,
    "SEARCH": True,
    "SEARCH_STORE": "snapshot",
    "SEARCH_DIR": None,
    "SEARCH_EXCLUDED": [],
    "SEARCH_WEIGHTS": {"meaning": 0.7, "keywords": 0.3},
    "SEARCH_TIMEOUT": 3.0,
    "SEARCH_QUERY_DAYS": 30,
    "SEARCH_RATE": 30,
    "SEARCH_DAILY_CAP": 1000,
    "SEARCH_ANSWERS": True,
    "RUN_CONCURRENCY": 16,
    "RUN_RATE": None,
    "RUN_UNDO_DAYS": 30,
}

#: The model of vectors that the sandbox has.
SANDBOX_EMBEDDING_MODEL = "sandbox-embedding"

#: What the sandbox signs its messages with, unless it is told otherwise.
SANDBOX_WEBHOOK_SECRET = "whsec_sandbox"  # noqa: S105  known to everybody, and good for nothing else


class Settings:
    """Typed access to the dictionary; a missing entry means its default."""

    def _get(self, name: str) -> Any:
        given: Mapping[str, Any] = getattr(django_settings, "SHAREAI_CMS", {})
        return given.get(name, DEFAULTS[name])

    @property
    def unknown(self) -> list[str]:
        """Names in the dictionary that mean nothing here, most likely misspelt."""
        return sorted(set(getattr(django_settings, "SHAREAI_CMS", {})) - set(DEFAULTS))

    @property
    def environment(self) -> str:
        """One of ``ENVIRONMENTS``; from ``SHAREAI_ENVIRONMENT`` where the dictionary is silent."""
        return str(self._get("ENVIRONMENT") or os.environ.get("SHAREAI_ENVIRONMENT") or SANDBOX)

    @property
    def is_sandbox(self) -> bool:
        # An unknown name must not reach the marketplace either; the check names the misspelling.
        return self.environment not in (PRODUCTION, STAGING)

    @property
    def api_key(self) -> str:
        return str(self._get("API_KEY") or os.environ.get("SHAREAI_API_KEY") or "")

    @property
    def base_url(self) -> str:
        """The marketplace's address without a trailing slash; the sandbox's in that environment."""
        name = "SANDBOX_URL" if self.is_sandbox else "BASE_URL"
        return str(self._get(name)).rstrip("/")

    @property
    def routes(self) -> dict[str, tuple[str, ...]]:
        """Models to ask for, in order, by route; no model leaves the choice to the key's own list."""
        given = {**DEFAULTS["ROUTES"], **self._get("ROUTES")}
        return {name: tuple(models) for name, models in given.items()}

    @property
    def call_budget(self) -> float:
        """Seconds for one action's whole call: retries, failover and the stream included."""
        return float(self._get("CALL_BUDGET"))

    @property
    def connect_timeout(self) -> float:
        return float(self._get("CONNECT_TIMEOUT"))

    @property
    def read_timeout(self) -> float:
        return float(self._get("READ_TIMEOUT"))

    @property
    def hold_deadline(self) -> float:
        """Seconds after which an unresolved hold gives its units back; at least twice the call's budget."""
        return float(self._get("HOLD_DEADLINE"))

    @property
    def max_attempts(self) -> int:
        return int(self._get("MAX_ATTEMPTS"))

    @property
    def max_reply_bytes(self) -> int:
        return int(self._get("MAX_REPLY_BYTES"))

    @property
    def max_input_characters(self) -> int:
        return int(self._get("MAX_INPUT_CHARACTERS"))

    @property
    def stream(self) -> bool:
        return bool(self._get("STREAM"))

    @property
    def extra_headers(self) -> dict[str, str]:
        return dict(self._get("EXTRA_HEADERS"))

    @property
    def extra_body(self) -> dict[str, Any]:
        return dict(self._get("EXTRA_BODY"))

    @property
    def send_metadata(self) -> bool:
        return bool(self._get("SEND_METADATA"))

    @property
    def send_user(self) -> bool:
        return bool(self._get("SEND_USER"))

    @property
    def default_plan(self) -> dict[str, int]:
        """Units per meter that a wallet opened on first use gets each month."""
        return dict(self._get("DEFAULT_PLAN"))

    @property
    def meters(self) -> dict[str, dict[str, Any]]:
        """The site's own wording per meter, ``{"writing": {"singular": …, "plural": …}}``."""
        return dict(self._get("METERS"))

    @property
    def time_zone(self) -> str:
        """IANA name for wallets opened on first use."""
        return str(self._get("TIME_ZONE") or django_settings.TIME_ZONE)

    @property
    def topup_url(self) -> str:
        """Where units are paid for outside of this site."""
        return str(self._get("TOPUP_URL"))

    @property
    def has_own_topup_url(self) -> bool:
        """Whether the site has named that address, and it is not the page on which ShareAI bills its own clients."""
        return "TOPUP_URL" in getattr(django_settings, "SHAREAI_CMS", {})

    @property
    def excluded_fields(self) -> frozenset[str]:
        """Fields that get no AI button, as ``app.model.field`` in lower case or a bare field name."""
        return frozenset(name.lower() for name in self._get("EXCLUDED_FIELDS"))

    @property
    def encryption_keys(self) -> tuple[str, ...]:
        """Fernet keys, newest first; empty derives one from ``SECRET_KEY``."""
        return tuple(self._get("ENCRYPTION_KEYS"))

    @property
    def image_max_bytes(self) -> int:
        return int(self._get("IMAGE_MAX_BYTES"))

    @property
    def image_max_pixels(self) -> int:
        return int(self._get("IMAGE_MAX_PIXELS"))

    @property
    def image_edge(self) -> int:
        """Longest edge, in pixels, of the copy of an image that is sent."""
        return int(self._get("IMAGE_EDGE"))

    @property
    def stream_ping_seconds(self) -> float:
        return float(self._get("STREAM_PING_SECONDS"))

    @property
    def suggestion_days(self) -> int:
        """Days for which the content of suggestions is kept."""
        return int(self._get("SUGGESTION_DAYS"))

    @property
    def checkout(self) -> dict[str, str]:
        """The payment provider by who pays ShareAI, ``{"client": "manual", "agency": "stripe"}``.

        A name of ours or the dotted path of a class. What is left out is ``shareai`` on the sandbox, else ``manual``.
        """
        usual = "shareai" if self.is_sandbox else "manual"
        return {"client": usual, "agency": usual, **self._get("CHECKOUT")}

    @property
    def checkout_url(self) -> str:
        """The base address of ShareAI's checkout without a trailing slash; empty where there is none."""
        return self.base_url if self.is_sandbox else str(self._get("CHECKOUT_URL")).rstrip("/")

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        """What ShareAI's checkout signs its messages with; several while one replaces another."""
        given = tuple(self._get("WEBHOOK_SECRETS")) or _listed("SHAREAI_WEBHOOK_SECRETS")
        return given or ((SANDBOX_WEBHOOK_SECRET,) if self.is_sandbox else ())

    @property
    def stripe_api_key(self) -> str:
        return str(self._get("STRIPE_API_KEY") or os.environ.get("STRIPE_API_KEY") or "")

    @property
    def stripe_webhook_secrets(self) -> tuple[str, ...]:
        return tuple(self._get("STRIPE_WEBHOOK_SECRETS")) or _listed("STRIPE_WEBHOOK_SECRETS")

    @property
    def stripe_options(self) -> dict[str, Any]:
        """What is added to every checkout session of Stripe, such as ``{"automatic_tax": {"enabled": True}}``."""
        return dict(self._get("STRIPE_OPTIONS"))

    @property
    def seller(self) -> dict[str, str]:
        """Who sells top-ups, for the checkout and the receipt: ``name``, ``address``, ``email``, ``tax_note``,
        ``tax_id``."""
        return dict(self._get("SELLER"))

    @property
    def embedding_model(self) -> str:
        """The model that makes vectors; empty leaves the choice to the key's own list."""
        return str(self._get("EMBEDDING_MODEL") or (SANDBOX_EMBEDDING_MODEL if self.is_sandbox else ""))

    @property
    def embedding_dimensions(self) -> int | None:
        """How long a vector to ask for; None takes what the model usually gives."""
        given = self._get("EMBEDDING_DIMENSIONS")
        return None if given is None else int(given)

    @property
    def embedding_batch(self) -> int:
        """Texts in one call at most."""
        return int(self._get("EMBEDDING_BATCH"))

    @property
    def embedding_batch_characters(self) -> int:
        """Characters in one call at most; a single longer text goes alone."""
        return int(self._get("EMBEDDING_BATCH_CHARACTERS"))

    @property
    def search(self) -> bool:
        """False: nothing is indexed and no search is answered by meaning."""
        return bool(self._get("SEARCH"))

    @property
    def search_store(self) -> str:
        """``snapshot`` or ``pgvector``."""
        return str(self._get("SEARCH_STORE"))

    @property
    def search_dir(self) -> str:
        """The folder of the snapshot files; empty for one of our own below the system's temporary folder."""
        return str(self._get("SEARCH_DIR") or "")

    @property
    def search_excluded(self) -> frozenset[str]:
        """Models that are not indexed, as ``app.model`` in lower case."""
        return frozenset(name.lower() for name in self._get("SEARCH_EXCLUDED"))

    @property
    def search_weights(self) -> tuple[float, float]:
        """Shares of meaning and of keywords in the order of results."""
        given = {**DEFAULTS["SEARCH_WEIGHTS"], **self._get("SEARCH_WEIGHTS")}
        return float(given["meaning"]), float(given["keywords"])

    @property
    def search_timeout(self) -> float:
        """Seconds that a visitor waits for a question's vector before keywords have to do."""
        return float(self._get("SEARCH_TIMEOUT"))

    @property
    def search_query_days(self) -> int:
        """Days for which the words of searches are kept for the report."""
        return int(self._get("SEARCH_QUERY_DAYS"))

    @property
    def search_rate(self) -> int:
        """Searches by meaning per minute and client."""
        return int(self._get("SEARCH_RATE"))

    @property
    def search_daily_cap(self) -> int:
        """Units of searches per account and day of its own time zone."""
        return int(self._get("SEARCH_DAILY_CAP"))

    @property
    def search_answers(self) -> bool:
        """Whether visitors are offered answers with sources."""
        return self.search and bool(self._get("SEARCH_ANSWERS"))

    @property
    def run_concurrency(self) -> int:
        """Calls that one worker has under way at once for runs."""
        return max(1, int(self._get("RUN_CONCURRENCY")))

    @property
    def run_rate(self) -> int | None:
        """Calls of runs per minute and account, with those of editors counted in; None for no limit of its own."""
        given = self._get("RUN_RATE")
        return None if given is None else max(1, int(given))

    @property
    def run_undo_days(self) -> int:
        """Days for which what a run's review, or the server for the *Enrich* panel, wrote can be taken back."""
        return int(self._get("RUN_UNDO_DAYS"))


def _listed(name: str) -> tuple[str, ...]:
    """The parts of an environment variable, separated by commas."""
    return tuple(part.strip() for part in os.environ.get(name, "").split(",") if part.strip())


conf = Settings()
