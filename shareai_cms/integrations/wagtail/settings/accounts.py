"""The list of accounts, one account, and its own key."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.admin.widgets.button import HeaderButton

from shareai_cms import marketplace, metering
from shareai_cms.conf import PRODUCTION, SANDBOX, STAGING, conf
from shareai_cms.errors import ShareAIError
from shareai_cms.integrations.wagtail.addresses import AddressQuestion
from shareai_cms.integrations.wagtail.settings.access import left_of, wallet_name
from shareai_cms.integrations.wagtail.settings.base import DeskFormView, DeskMixin, address
from shareai_cms.marketplace.keys import encrypt
from shareai_cms.models import SiteAccount

NO_KEY_HERE = gettext_lazy("This site runs on the sandbox, which needs no key. Save the key on the live site.")


#: An environment of another name is shown by it.
ENVIRONMENTS = {
    PRODUCTION: gettext_lazy("Production"),
    STAGING: gettext_lazy("Staging"),
    SANDBOX: gettext_lazy("Sandbox"),
}


def environment_text(account: SiteAccount) -> str:
    return str(ENVIRONMENTS.get(account.environment, account.environment))


def left_text(account: SiteAccount) -> str:
    return "; ".join(text for text, _resets in left_of(account))


class AccountsView(DeskMixin, BaseListingView):
    """Settings → AI."""

    page_title = gettext_lazy("AI")
    index_url_name = "shareai_cms_wagtail:settings"
    template_name = "shareai_cms/wagtail/settings/accounts.html"
    paginate_by = 20
    columns = [
        TitleColumn("name", label=gettext_lazy("Site"), accessor=str, get_url=lambda row: address("account", row.pk)),
        Column("environment", label=gettext_lazy("Environment"), accessor=environment_text),
        Column("client", label=gettext_lazy("Client")),
        Column("payer", label=gettext_lazy("Who pays"), accessor="get_payer_display"),
        StatusTagColumn(
            "status",
            label=gettext_lazy("Status"),
            accessor="get_status_display",
            primary=lambda row: row.status == SiteAccount.Status.ACTIVE,
        ),
        Column("left", label=gettext_lazy("Units left"), accessor=left_text),
    ]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return super().get_breadcrumbs_items()[:-1]

    def get_base_queryset(self) -> Any:
        return self.desk.accounts

    @property
    def header_buttons(self) -> list[HeaderButton]:
        orders = HeaderButton(_("Orders"), url=reverse("shareai_cms:orders"), icon_name="history")
        if not self.desk.manages_all:
            return [orders]
        return [
            HeaderButton(_("Plans"), url=address("plans"), icon_name="list-ul"),
            HeaderButton(_("Bundles"), url=address("bundles"), icon_name="tag"),
            orders,
        ]


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the account's manager sets; payer and status are the agency's."""

    class Meta:
        model = SiteAccount
        fields = ["label", "client", "voice", "payer", "status"]
        widgets = {"voice": forms.Textarea(attrs={"rows": 6})}

    def __init__(self, *args: Any, manages_all: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not manages_all:
            for name in ("client", "payer", "status"):
                del self.fields[name]


class AccountView(DeskFormView):
    """One account: its name, its voice, who pays, and what belongs to it."""

    template_name = "shareai_cms/wagtail/settings/account.html"
    form_class = AccountForm

    def prepare(self, **kwargs: Any) -> None:
        self.account = self.desk.account(kwargs["pk"])

    def get_page_title(self) -> str:
        return str(self.account)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.account, "manages_all": self.desk.manages_all}

    def save(self, form: Any) -> None:
        changed = [name for name in form.changed_data if name in form.fields]
        # Only what was in the form: the key or the wallet may have been changed meanwhile.
        form.instance.save(update_fields=changed)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wallet = self.desk.wallets.filter(pk=self.account.wallet_id).first()
        return {
            **super().get_context_data(**kwargs),
            "account": self.account,
            "wallet": wallet,
            "others": self.account.wallet.accounts.exclude(pk=self.account.pk).count(),
            "environment": environment_text(self.account),
            "wallet_name": wallet_name(self.account.wallet),
            "left": left_of(self.account),
            "key_form": None if conf.is_sandbox else KeyForm(account=self.account),
            "no_key": NO_KEY_HERE if conf.is_sandbox else "",
            "question": AddressQuestion.about(self.account, metering.present_address(self.account)),
        }


class KeyForm(forms.Form):
    """The site's own ShareAI key: it goes in, and never comes out again."""

    key = forms.CharField(
        label=gettext_lazy("ShareAI key"),
        max_length=500,
        error_messages={"required": gettext_lazy("Paste the key first.")},
        help_text=gettext_lazy("It is tested when you save it, stored encrypted, and not shown again."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, account: SiteAccount, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._account = account

    def clean_key(self) -> str:
        key = str(self.cleaned_data["key"]).strip()
        if any(not 32 < ord(character) < 127 for character in key):
            raise forms.ValidationError(_("A key has no spaces or special characters. Copy it again from ShareAI."))
        if conf.is_sandbox:
            # Whatever listens there, a live key is none of its business.
            raise forms.ValidationError(NO_KEY_HERE)
        self._test(key)
        return key

    def _test(self, key: str) -> None:
        try:
            info = marketplace.test_key(
                marketplace.Connection(
                    base_url=conf.base_url, api_key=key, headers=conf.extra_headers, body=conf.extra_body
                )
            )
        except ShareAIError as error:
            text = _("The key could not be tested, so it was not saved. %(reason)s Try again in a moment.")
            raise forms.ValidationError(text % {"reason": error.sentence}) from None
        if not info.is_valid:
            raise forms.ValidationError(_("ShareAI does not accept this key. Copy it again, or make a new one there."))
        self.assigned_models = info.assigned_models


class KeyView(DeskFormView):
    """Set, replace or remove the key."""

    form_class = KeyForm
    page_title = gettext_lazy("The site's own key")
    submit_label = gettext_lazy("Test and save")
    saved = gettext_lazy("The key works and was saved. It is not shown again.")

    def prepare(self, **kwargs: Any) -> None:
        self.account = self.desk.account(kwargs["pk"])
        self.back = address("account", self.account.pk)

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.back, "label": str(self.account)}]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "account": self.account}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "remove" not in request.POST:
            return super().post(request, *args, **kwargs)
        self._store("")
        return self.leave(_("The key was removed. This site now uses the installation's key."))

    def save(self, form: Any) -> None:
        self._store(encrypt(form.cleaned_data["key"]))
        if form.assigned_models == 0:
            messages.warning(
                self.request,
                _("The key works, but no model is assigned to it yet. Choose some in the ShareAI console."),
            )

    def _store(self, token: str) -> None:
        self.account.encrypted_key = token
        self.account.save(update_fields=["encrypted_key"])
