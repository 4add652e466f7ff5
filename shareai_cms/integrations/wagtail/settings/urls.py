"""Addresses of Settings → AI, below the integration's own."""

from __future__ import annotations

from django.urls import path

from shareai_cms.views.late import View, late


def _view(name: str) -> View:
    return late(f"shareai_cms.integrations.wagtail.settings.{name}")


urlpatterns = [
    path("", _view("accounts.AccountsView"), name="settings"),
    path("accounts/<int:pk>/", _view("accounts.AccountView"), name="account"),
    path("accounts/<int:pk>/address/", _view("environment.AddressView"), name="account_address"),
    path("accounts/<int:pk>/key/", _view("accounts.KeyView"), name="account_key"),
    path("accounts/<int:pk>/rights/", _view("rights.AccountRightsView"), name="account_rights"),
    path("wallets/<int:pk>/", _view("wallets.WalletView"), name="wallet"),
    path("wallets/<int:pk>/give/", _view("gifts.GiftView"), name="give"),
    path("wallets/<int:wallet>/budgets/", _view("budgets.BudgetView"), name="add_budget"),
    path("wallets/<int:wallet>/budgets/<int:pk>/", _view("budgets.BudgetView"), name="budget"),
    path("plans/", _view("plans.PlansView"), name="plans"),
    path("plans/new/", _view("plans.PlanView"), name="add_plan"),
    path("plans/<int:pk>/", _view("plans.PlanView"), name="plan"),
    path("bundles/", _view("bundles.BundlesView"), name="bundles"),
    path("bundles/new/", _view("bundles.BundleView"), name="add_bundle"),
    path("bundles/<int:pk>/", _view("bundles.BundleView"), name="bundle"),
]
