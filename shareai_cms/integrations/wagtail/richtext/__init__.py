"""Rich text on its way to a model and back.

The model sees plain HTML in which every link, image, embed and custom format is only a number
(``ref``): it can move or drop them, never read or change where they lead. What it sends back becomes
Draft.js ContentState again, with nothing but what the field's own features allow.
"""

from shareai_cms.integrations.wagtail.richtext.codec import RichTextCodec, rich_text_input

__all__ = ["RichTextCodec", "rich_text_input"]
