"""Where an error arose, for logs and tables."""

from __future__ import annotations

import traceback
from pathlib import Path


def place_of(error: BaseException) -> str:
    """What an error is and where it arose, without its text: that may hold content."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "shareai_cms" in Path(frame.filename).parts] or list(frames)
    where = f"@{Path(ours[-1].filename).stem}:{ours[-1].lineno}" if ours else ""
    return f"{type(error).__name__}{where}"
