"""The HTTP surface of the actions, for any admin to mount (see ``shareai_cms.urls``)."""
