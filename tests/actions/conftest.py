from tests.actions.fixtures import account, call_for, editor, sandbox, sandbox_process

__all__ = ["account", "call_for", "editor", "sandbox", "sandbox_process"]
