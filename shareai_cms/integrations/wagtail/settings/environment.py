"""What a manager says of an account's site: it has moved, this is a copy, or it is no copy after all."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic import View

from shareai_cms.errors import InvalidRequest
from shareai_cms.integrations.wagtail import addresses
from shareai_cms.integrations.wagtail.settings.base import DeskMixin, address


@method_decorator(transaction.non_atomic_requests, name="dispatch")
class AddressView(DeskMixin, View):
    """Takes an answer, and leads back to the account."""

    http_method_names = ["post"]

    def prepare(self, **kwargs: Any) -> None:
        self.account = self.desk.account(kwargs["pk"])

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        answer = request.POST.get("answer", "")
        try:
            addresses.take_answer(self.account, answer, among=(addresses.MOVED, addresses.COPY, addresses.ORIGINAL))
        except InvalidRequest as error:
            messages.error(request, str(error.sentence))
        else:
            self.tell(answer)
        return redirect(address("account", self.account.pk))

    def tell(self, answer: str) -> None:
        if answer != addresses.ORIGINAL:
            messages.success(self.request, addresses.what_holds(self.account))
        elif self.account.is_copy:
            text = _("%(site)s stays a copy: another account has taken the place of the live site meanwhile.")
            messages.error(self.request, text % {"site": self.account})
        else:
            text = _("%(site)s is the live site again, with the units that it had.")
            messages.success(self.request, text % {"site": self.account})
