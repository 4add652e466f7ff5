from __future__ import annotations

import sys

from tests.demo.pictures import coast, errands, goods, indoors, town, wares
from tests.demo.version import DEMO_ROOT

FOLDER = DEMO_ROOT / "content" / "pictures"
PICTURES = {**town.SCENES, **coast.SCENES, **goods.SCENES, **indoors.SCENES, **errands.SCENES, **wares.SCENES}


def main(names: list[str]) -> None:
    """Draw the pictures named on the command line, or all of them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names or PICTURES:
        PICTURES[name]().save(FOLDER / name)
        print(f"{name}  {(FOLDER / name).stat().st_size // 1024} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
