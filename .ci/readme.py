"""Print the command that the README marks with `<!-- ci: NAME -->`, so that CI runs what people read."""

import re
import sys
from pathlib import Path

README = Path(__file__).resolve().parents[1] / "README.md"


def command(name: str) -> str:
    """The shell lines of the fenced block after the marker; raises SystemExit when there is none."""
    found = re.search(rf"<!-- ci: {re.escape(name)} -->\n+```sh\n(.*?)```", README.read_text("utf-8"), re.S)
    if found is None:
        raise SystemExit(f"README.md has no block marked <!-- ci: {name} -->")
    return found.group(1).strip()


if __name__ == "__main__":
    print(command(sys.argv[1]))
