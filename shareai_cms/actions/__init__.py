"""What the AI can do, and the one road that every action takes.

Heavy modules are imported by name (``shareai_cms.actions.road``), so that ``ready()`` stays cheap.
"""

from shareai_cms.actions.base import Action, ActionInput, Codec, RouteOffer
from shareai_cms.actions.options import Option
from shareai_cms.actions.registry import all_actions, autodiscover, for_field, get, register, unregister

__all__ = [
    "Action",
    "ActionInput",
    "Codec",
    "Option",
    "RouteOffer",
    "all_actions",
    "autodiscover",
    "for_field",
    "get",
    "register",
    "unregister",
]
