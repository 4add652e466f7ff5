"""Addresses of Settings → AI, below the integration's own."""

from __future__ import annotations

from django.urls import path

from shareai_cms.integrations.wagtail.settings.accounts import AccountsView, AccountView, KeyView
from shareai_cms.integrations.wagtail.settings.budgets import BudgetView
from shareai_cms.integrations.wagtail.settings.bundles import BundlesView, BundleView
from shareai_cms.integrations.wagtail.settings.environment import AddressView
from shareai_cms.integrations.wagtail.settings.gifts import GiftView
from shareai_cms.integrations.wagtail.settings.plans import PlansView, PlanView
from shareai_cms.integrations.wagtail.settings.rights import AccountRightsView
from shareai_cms.integrations.wagtail.settings.wallets import WalletView

urlpatterns = [
    path("", AccountsView.as_view(), name="settings"),
    path("accounts/<int:pk>/", AccountView.as_view(), name="account"),
    path("accounts/<int:pk>/address/", AddressView.as_view(), name="account_address"),
    path("accounts/<int:pk>/key/", KeyView.as_view(), name="account_key"),
    path("accounts/<int:pk>/rights/", AccountRightsView.as_view(), name="account_rights"),
    path("wallets/<int:pk>/", WalletView.as_view(), name="wallet"),
    path("wallets/<int:pk>/give/", GiftView.as_view(), name="give"),
    path("wallets/<int:wallet>/budgets/", BudgetView.as_view(), name="add_budget"),
    path("wallets/<int:wallet>/budgets/<int:pk>/", BudgetView.as_view(), name="budget"),
    path("plans/", PlansView.as_view(), name="plans"),
    path("plans/new/", PlanView.as_view(), name="add_plan"),
    path("plans/<int:pk>/", PlanView.as_view(), name="plan"),
    path("bundles/", BundlesView.as_view(), name="bundles"),
    path("bundles/new/", BundleView.as_view(), name="add_bundle"),
    path("bundles/<int:pk>/", BundleView.as_view(), name="bundle"),
]
