"""Settings → AI: accounts, wallets, plans, budgets and rights, for the people who manage them."""
