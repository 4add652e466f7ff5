from tests.actions.fixtures import editor, sandbox, sandbox_process

__all__ = ["editor", "sandbox", "sandbox_process"]
