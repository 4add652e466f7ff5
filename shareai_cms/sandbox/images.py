"""Alternative text from what can be known of an image without understanding it: shape, colours, context."""

from __future__ import annotations

import base64
import binascii
import colorsys
import io
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from .language import clip, language_of
from .prompts import Job

#: The copy that the colours are counted on; more pixels say the same.
SAMPLE_EDGE = 48
#: Decoded larger than this, an image is only measured.
LARGEST_PIXELS = 80_000_000
#: Parts of the pixels that a colour must cover to be named.
SMALLEST_PART = 0.07

_DATA = re.compile(r"data:image/[\w.+-]+;base64,", re.IGNORECASE)
_FILE_NAME = re.compile(
    r"[\w-]+\.(?:jpe?g|png|gif|webp|avif|tiff?|svg)|(?:img|dsc|dscn|pict|photo|image)?[_ -]?\d+", re.I
)
_LANGUAGE_ASKED = re.compile(r"language with the tag ([a-z]{2})", re.IGNORECASE)

_COLOURS: Mapping[str, Mapping[str, str]] = {
    "de": {
        "black": "Schwarz", "white": "Weiß", "grey": "Grau", "dark grey": "Dunkelgrau", "light grey": "Hellgrau",
        "red": "Rot", "dark red": "Dunkelrot", "pink": "Rosa", "orange": "Orange", "brown": "Braun",
        "sand": "Sandtönen", "yellow": "Gelb", "cream": "Creme", "olive": "Oliv", "green": "Grün",
        "dark green": "Dunkelgrün", "pale green": "Hellgrün", "teal": "Türkis", "dark teal": "Dunkeltürkis",
        "blue": "Blau", "dark blue": "Dunkelblau", "pale blue": "Hellblau", "violet": "Violett",
        "dark violet": "Dunkelviolett",
    },
    "ar": {
        "black": "الأسود", "white": "الأبيض", "grey": "الرمادي", "dark grey": "الرمادي الداكن",
        "light grey": "الرمادي الفاتح", "red": "الأحمر", "dark red": "الأحمر الداكن", "pink": "الوردي",
        "orange": "البرتقالي", "brown": "البني", "sand": "الرملي", "yellow": "الأصفر", "cream": "الكريمي",
        "olive": "الزيتوني", "green": "الأخضر", "dark green": "الأخضر الداكن", "pale green": "الأخضر الفاتح",
        "teal": "الفيروزي", "dark teal": "الفيروزي الداكن", "blue": "الأزرق", "dark blue": "الأزرق الداكن",
        "pale blue": "الأزرق الفاتح", "violet": "البنفسجي", "dark violet": "البنفسجي الداكن",
    },
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Wording:
    """How one language says what was seen."""

    shapes: Mapping[str, str]
    colours: str
    comma: str
    last: str
    brighter: Mapping[str, str]
    about: str


_WORDINGS: Mapping[str, Wording] = {
    "en": Wording(
        shapes={
            "panorama": "a wide panorama", "landscape": "a landscape-format picture",
            "portrait": "an upright picture", "square": "a square picture", "": "a picture",
        },
        colours=" in {}", comma=", ", last=" and ",
        brighter={"top": ", brighter towards the top", "bottom": ", brighter towards the bottom", "": ""},
        about="{}: {}",
    ),
    "de": Wording(
        shapes={
            "panorama": "ein weites Panorama", "landscape": "ein Bild im Querformat",
            "portrait": "ein Bild im Hochformat", "square": "ein quadratisches Bild", "": "ein Bild",
        },
        colours=" in {}", comma=", ", last=" und ",
        brighter={"top": ", nach oben hin heller", "bottom": ", nach unten hin heller", "": ""},
        about="{}: {}",
    ),
    "ar": Wording(
        shapes={
            "panorama": "صورة بانورامية", "landscape": "صورة أفقية", "portrait": "صورة عمودية",
            "square": "صورة مربعة", "": "صورة",
        },
        colours=" باللون {}", comma="، ", last=" و",
        brighter={"top": "، أكثر إضاءة في الأعلى", "bottom": "، أكثر إضاءة في الأسفل", "": ""},
        about="{}: {}",
    ),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Look:
    """What was found out about an image; empty where nothing was."""

    shape: str = ""
    colours: tuple[str, ...] = ()
    brighter: str = ""


def describe(job: Job, *, limit: int) -> str:
    """One sentence of at most ``limit`` characters."""
    subject = _subject(job)
    asked = _LANGUAGE_ASKED.search(job.instructions)
    language = language_of(subject, job.language or (asked[1] if asked else ""))
    wording = _WORDINGS.get(language, _WORDINGS["en"])
    look = look_at(job.images[-1]) if job.images else Look()
    names = _COLOURS.get(language, {})
    colours = [names.get(colour, colour) for colour in look.colours]
    for count, brighter in ((3, look.brighter), (3, ""), (2, ""), (0, "")):
        seen = wording.shapes[look.shape] + _colours_said(colours[:count], wording) + wording.brighter[brighter]
        sentence = f"{wording.about.format(subject, seen) if subject else seen[0].upper() + seen[1:]}."
        if len(sentence) <= limit:
            return sentence
    return clip(subject or sentence, limit, language)


def _colours_said(colours: list[str], wording: Wording) -> str:
    if not colours:
        return ""
    first = wording.comma.join(colours[:-1])
    return wording.colours.format(wording.last.join([first, colours[-1]]) if first else colours[-1])


def _subject(job: Job) -> str:
    """What the context calls the image, or the page it stands on; a camera's file name says nothing."""
    values = [*job.context.values(), job.content.split("\n")[0] if "Task:" not in job.content else ""]
    names = (" ".join(value.split()).rstrip(" .:") for value in values)
    return next((clip(name, 70) for name in names if name and not _FILE_NAME.fullmatch(name)), "")


def look_at(url: str) -> Look:
    """What can be seen of the image in a data URI; nothing for an address, or without Pillow."""
    match = _DATA.match(url)
    if match is None:
        return Look()
    try:
        data = base64.b64decode(url[match.end() :], validate=True)
    except (ValueError, binascii.Error):
        return Look()
    return _look(data)


def _look(data: bytes) -> Look:
    try:
        # Wagtail brings Pillow; the sandbox alone does without.
        from PIL import Image, UnidentifiedImageError
    except ImportError:
        return Look()
    try:
        with Image.open(io.BytesIO(data)) as image:
            width, height = image.size
            shape = _shape(width, height)
            if width * height > LARGEST_PIXELS:
                return Look(shape=shape)
            image.draft("RGB", (SAMPLE_EDGE * 4, SAMPLE_EDGE * 4))
            small = image.convert("RGB").resize((SAMPLE_EDGE, SAMPLE_EDGE))
    # A broken file fails in as many ways as there are formats; Pillow's own words for it are these.
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        return Look()
    pixels = [(red, green, blue) for red, green, blue in zip(*[iter(small.tobytes())] * 3, strict=True)]
    return Look(shape=shape, colours=_main_colours(pixels), brighter=_brighter(pixels))


def _shape(width: int, height: int) -> str:
    ratio = width / max(height, 1)
    if ratio > 2:
        return "panorama"
    return "landscape" if ratio > 1.15 else "portrait" if ratio < 0.87 else "square"


def _main_colours(pixels: list[tuple[int, int, int]]) -> tuple[str, ...]:
    counted = Counter(colour_name(*pixel) for pixel in pixels)
    return tuple(name for name, count in counted.most_common(3) if count >= len(pixels) * SMALLEST_PART)


def _brighter(pixels: list[tuple[int, int, int]]) -> str:
    half = len(pixels) // 2
    top, bottom = (sum(map(sum, part)) / (3 * max(len(part), 1)) for part in (pixels[:half], pixels[half:]))
    return "top" if top - bottom > 40 else "bottom" if bottom - top > 40 else ""


def colour_name(red: int, green: int, blue: int) -> str:
    """The word that people would use for a colour; each part is 0 to 255."""
    hue, saturation, value = colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)
    if value < 0.16:
        return "black"
    if saturation < 0.12:
        return _grey(value)
    degrees = hue * 360
    if degrees < 15 or degrees >= 345:
        return "dark red" if value < 0.5 else "pink" if saturation < 0.45 else "red"
    if degrees < 45:
        return "brown" if value < 0.62 else "sand" if saturation < 0.5 else "orange"
    if degrees < 68:
        return "olive" if value < 0.5 else "cream" if saturation < 0.35 else "yellow"
    if degrees >= 290:
        return "dark violet" if value < 0.4 else "pink"
    name = "green" if degrees < 160 else "teal" if degrees < 190 else "blue" if degrees < 250 else "violet"
    if value < 0.42:
        return f"dark {name}"
    return f"pale {name}" if saturation < 0.35 and value > 0.7 and name in ("green", "blue") else name


def _grey(value: float) -> str:
    if value > 0.9:
        return "white"
    return "light grey" if value > 0.65 else "grey" if value > 0.35 else "dark grey"
