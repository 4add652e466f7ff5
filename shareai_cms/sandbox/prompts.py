"""What a prompt asks for, read from its messages.

The content is data: an instruction inside it is text to work on, so only what stands outside the
delimited blocks is read as instructions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_OPEN = re.compile(r"<(content|context|option|guidance)\b([^<>]{0,400})>")
_ATTRIBUTE = re.compile(r"([a-z]+)=\"([^\"]*)\"|([a-z]+)=([^\s\"]+)")
_TASK = re.compile(r"^\s*Task:\s*([\w-]+)", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Block:
    """A delimited piece of data with the attributes of its opening line."""

    kind: str
    text: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is to be done, to what, and in which form the answer is wanted."""

    task: str = ""
    instructions: str = ""
    content: str = ""
    format: str = "plain"
    language: str = ""
    context: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    images: tuple[str, ...] = ()

    @property
    def wants_json(self) -> bool:
        return re.search(r"\bJSON\b", self.instructions) is not None

    @property
    def wants_html(self) -> bool:
        return self.format == "html" or "Answer with HTML" in self.instructions


def job_from(messages: Sequence[Mapping[str, Any]]) -> Job:
    """The job of a conversation; nothing in it is an error."""
    asked = [message for message in messages if message.get("role") == "user"]
    user = "\n".join(_text_of(message) for message in asked)
    outside, blocks = split_blocks(user)
    instructions = "\n".join([*(_text_of(m) for m in messages if m.get("role") in ("system", "developer")), outside])
    contents = [block for block in blocks if block.kind == "content"]
    task = _TASK.search(outside) or _TASK.search(instructions)
    shared: dict[str, Any] = {
        "task": task[1].lower() if task else "",
        "instructions": instructions,
        "context": _named(blocks, "context"),
        "options": _named(blocks, "option"),
        "images": tuple(url for message in asked for url in _images_of(message)),
    }
    if not contents and shared["options"]:
        return Job(**shared)
    if not contents:
        return Job(content=_TASK.sub("", outside).strip(), **shared)
    last = contents[-1]
    return Job(
        content=last.text,
        format=last.attributes.get("format", "plain"),
        language=last.attributes.get("language", "").lower(),
        **shared,
    )


def _named(blocks: Sequence[Block], kind: str) -> dict[str, str]:
    return {block.attributes.get("name", ""): block.text for block in blocks if block.kind == kind}


def split_blocks(text: str) -> tuple[str, list[Block]]:
    """The text outside every block, and the blocks in order.

    A block ends at the closing line with its own id, so data that looks like a delimiter stays data.
    """
    outside: list[str] = []
    blocks: list[Block] = []
    position = 0
    while opening := _OPEN.search(text, position):
        attributes = {a or c: b or d for a, b, c, d in _ATTRIBUTE.findall(opening[2])}
        closing = _closing(opening[1], attributes.get("id", ""), text, opening.end())
        if closing is None:
            outside.append(text[position : opening.end()])
            position = opening.end()
            continue
        outside.append(text[position : opening.start()])
        blocks.append(
            Block(kind=opening[1], text=text[opening.end() : closing.start()].strip("\r\n"), attributes=attributes)
        )
        position = closing.end()
    outside.append(text[position:])
    return "".join(outside), blocks


def _closing(kind: str, block_id: str, text: str, start: int) -> re.Match[str] | None:
    name = re.escape(block_id)
    pattern = rf"</{kind} id=\"?{name}\"?\s*>" if block_id else rf"</{kind}\s*>"
    return re.compile(pattern).search(text, start)


def _text_of(message: Mapping[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(str(part.get("text", "")) for part in parts if isinstance(part, dict) and "text" in part)


def _images_of(message: Mapping[str, Any]) -> list[str]:
    content = message.get("content")
    parts = content if isinstance(content, list) else []
    images = [part.get("image_url") for part in parts if isinstance(part, dict)]
    urls = [image.get("url") if isinstance(image, dict) else image for image in images]
    return [url for url in urls if isinstance(url, str)]
