"""Every benchmark, one after the other: `python -m tests.bench`.

Takes half an hour on two cores, twenty minutes more where a PDS is there to publish to.
"""

from __future__ import annotations

import subprocess
import sys

BENCHES = ("intake", "storing", "wall", "idle", "corpus", "burst", "guard", "claims")
LONG = ("publishing", "wire", "slow_link")
"""Run when named: twenty minutes and more a server; eight, beside other programs; eight, as root."""


def main() -> int:
    """Run each in a process of its own, so that none warms or fills another's memory; 1 if one failed."""
    failed = []
    for name in sys.argv[1:] or BENCHES:
        print(f"== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"tests.bench.{name}"], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"over its bar, or failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
