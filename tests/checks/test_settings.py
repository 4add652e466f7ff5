"""The text of every system check, and that a sound site gets none."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.test import override_settings

from shareai_cms import checks
from shareai_cms.conf import DEFAULTS
from tests.checks.said import assert_says, found_now, messages

GOOD_KEY = Fernet.generate_key().decode()


class TestASoundSite:
    def test_hears_nothing(self) -> None:
        assert messages() == []

    def test_may_write_out_every_default(self) -> None:
        assert messages(**DEFAULTS) == []

    def test_may_set_everything(self) -> None:
        found = messages(
            ENVIRONMENT="production",
            API_KEY="k",
            ROUTES={"standard": ["a", "b"], "premium": ("c",)},
            METERS={"letters": {"singular": "letter", "plural": "letters"}},
            DEFAULT_PLAN={"letters": 3, "writing": 0},
            ENCRYPTION_KEYS=[GOOD_KEY],
            TIME_ZONE="Europe/Vienna",
            CALL_BUDGET=10,
            HOLD_DEADLINE=20,
        )
        assert found == []


class TestTheDictionary:
    def test_has_to_be_one(self) -> None:
        with override_settings(SHAREAI_CMS=["API_KEY"]):
            found = found_now()
        assert_says(found, "E001", "SHAREAI_CMS is not a dictionary.", 'Write SHAREAI_CMS = {"NAME": value}.')

    def test_names_a_misspelt_setting_and_the_likely_one(self) -> None:
        found = messages(CALL_BUDGTE=1)
        assert_says(found, "E002", "SHAREAI_CMS has no setting named 'CALL_BUDGTE'.", "Did you mean CALL_BUDGET?")

    def test_lists_the_settings_where_none_is_near(self) -> None:
        [message] = messages(QQQ=1)
        assert message.hint == f"The settings are {', '.join(sorted(DEFAULTS))}."

    @pytest.mark.parametrize(
        ("name", "value", "wanted", "hint"),
        [
            ("STREAM", "yes", "True or False", "The default is True."),
            ("MAX_ATTEMPTS", 0, "a whole number above 0", "The default is 3."),
            ("MAX_ATTEMPTS", True, "a whole number above 0", "The default is 3."),
            ("MAX_ATTEMPTS", 1.5, "a whole number above 0", "The default is 3."),
            ("CALL_BUDGET", "120", "a number above 0", "The default is 120.0."),
            ("CALL_BUDGET", -1, "a number above 0", "The default is 120.0."),
            ("BASE_URL", None, "text", f"The default is {DEFAULTS['BASE_URL']!r}."),
            ("API_KEY", 7, "text", "Leave it out for the default."),
            ("ENVIRONMENT", 7, "text", "Leave it out for the default."),
            ("TIME_ZONE", 7, "text", "Leave it out for the default."),
            ("EXCLUDED_FIELDS", "title", "a list of texts", "The default is []."),
            ("ENCRYPTION_KEYS", [1], "a list of texts", "The default is []."),
            ("EXTRA_BODY", [], "a dictionary", "The default is {}."),
            ("ROUTES", [], "a dictionary", f"The default is {DEFAULTS['ROUTES']!r}."),
            ("METERS", [], "a dictionary", "The default is {}."),
            ("DEFAULT_PLAN", 50, "a dictionary", f"The default is {DEFAULTS['DEFAULT_PLAN']!r}."),
            ("HOLD_DEADLINE", None, "a number above 0", f"The default is {DEFAULTS['HOLD_DEADLINE']!r}."),
        ],
    )
    def test_says_which_kind_of_value_is_wanted(self, name: str, value: Any, wanted: str, hint: str) -> None:
        assert_says(messages(**{name: value}), "E003", f"SHAREAI_CMS[{name!r}] has to be {wanted}.", hint)

    @pytest.mark.parametrize("name", sorted(DEFAULTS))
    def test_never_makes_a_check_stumble(self, name: str) -> None:
        [message] = messages(**{name: object()})
        assert message.id == "shareai_cms.E003"


class TestTheEnvironment:
    def test_of_an_unknown_name_is_refused(self) -> None:
        assert_says(
            messages(ENVIRONMENT="live"),
            "E004",
            "The environment 'live' is not known, so the sandbox is used.",
            "Set SHAREAI_ENVIRONMENT to one of production, staging, sandbox.",
        )

    def test_is_read_from_the_variable_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SHAREAI_ENVIRONMENT", "Production")
        [message] = messages()
        assert message.id == "shareai_cms.E004"

    def test_that_is_live_wants_a_key(self) -> None:
        assert_says(
            messages(ENVIRONMENT="production"),
            "W001",
            "The environment is 'production', and there is no ShareAI key.",
            "Set SHAREAI_API_KEY in the environment, or give every site account a key of its own.",
        )

    def test_sandbox_makes_no_use_of_a_key(self) -> None:
        assert_says(
            messages(API_KEY="secret-key"),
            "I001",
            "A ShareAI key is set, and the environment is the sandbox: the marketplace is never called.",
            "Set SHAREAI_ENVIRONMENT=production where the site is live.",
        )


class TestTheTimes:
    def test_a_hold_outlives_its_call(self) -> None:
        assert_says(
            messages(CALL_BUDGET=100, HOLD_DEADLINE=199.5),
            "E005",
            "HOLD_DEADLINE (199.5 s) is less than twice CALL_BUDGET (100 s), so units could be given back while their "
            "call still runs.",
            "Set HOLD_DEADLINE to at least 200.",
        )

    @pytest.mark.parametrize("name", ["Europe/Atlantis", "/etc/localtime", "../UTC", "Europe", "Vienna"])
    def test_a_time_zone_has_to_exist(self, name: str) -> None:
        assert_says(
            messages(TIME_ZONE=name),
            "E006",
            f"TIME_ZONE {name!r} is not a time zone that this machine knows.",
            "Use an IANA name, such as Europe/Vienna, and install the package tzdata where the system has none.",
        )


class TestTheRoutes:
    def test_are_three(self) -> None:
        assert_says(
            messages(ROUTES={"cheap": []}),
            "E007",
            "ROUTES names a route 'cheap' that does not exist.",
            "The routes are standard, premium, fallback.",
        )

    @pytest.mark.parametrize("models", ["a-model", [1], None, {"a": 1}])
    def test_are_lists_of_models(self, models: Any) -> None:
        assert_says(
            messages(ROUTES={"premium": models}),
            "E007",
            "ROUTES['premium'] has to be a list of model names.",
            'Write ["first-model", "second-model"], or [] to leave the choice to the key.',
        )


class TestTheMeters:
    @pytest.mark.parametrize("wording", ["letters", {"one": "letter"}, None, {"plural": 3}, {"is_limited": "no"}])
    def test_are_named_in_singular_and_plural(self, wording: Any) -> None:
        assert_says(
            messages(METERS={"letters": wording}),
            "E008",
            "METERS['letters'] has to give the unit's name in singular and plural.",
            'Write {"singular": "writing action", "plural": "writing actions"}.',
        )

    def test_of_the_plan_have_to_exist(self) -> None:
        assert_says(
            messages(DEFAULT_PLAN={"writting": 5}),
            "E009",
            "DEFAULT_PLAN names a meter 'writting' that does not exist.",
            "The meters are writing, products, searches, indexing; METERS declares more.",
        )

    @pytest.mark.parametrize("units", [-1, 1.5, "50", None, True])
    def test_of_the_plan_hold_whole_units(self, units: Any) -> None:
        assert_says(
            messages(DEFAULT_PLAN={"writing": units}),
            "E009",
            "DEFAULT_PLAN['writing'] has to be a whole number of units, 0 or more.",
            "The default is 50.",
        )


class TestTheEncryptionKeys:
    def test_are_fernet_keys_and_never_shown(self) -> None:
        found = messages(ENCRYPTION_KEYS=[GOOD_KEY, "a-password"])
        assert_says(
            found,
            "E010",
            "ENCRYPTION_KEYS: entry 2 is not a Fernet key.",
            "Fernet.generate_key() of the library cryptography makes one.",
        )
        assert "a-password" not in str(found)

    def test_may_hold_anything_without_a_crash(self) -> None:
        assert [message.id for message in messages(ENCRYPTION_KEYS=["ü"])] == ["shareai_cms.E010"]


class TestAllOfThem:
    TESTS = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    SOURCE = "".join(path.read_text() for path in Path(checks.__file__).parent.glob("*.py"))

    def test_each_is_tested_here(self) -> None:
        ours = set(re.findall(r'id="shareai_cms\.(\w+)"', self.SOURCE))
        tested = set(re.findall(r'"(?:shareai_cms\.)?([EWI]\d{3})"', self.TESTS))
        assert ours == tested
        assert ours

    @pytest.mark.django_db  # Django asks the database whether it knows JSON
    def test_run_with_manage_py_check(self) -> None:
        call_command("check", fail_level="WARNING")
