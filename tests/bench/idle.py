"""What an idle service and desk cost: processor time while nothing happens. `python -m tests.bench.idle`.

Prints a line for each: percent of one core over the span, from /proc/PID/stat (proc(5)), parser host
included.
The service follows twenty local files and asks ten servers that give nothing new, the desk shows the wall.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.service.at_work import Served, append, post, write_settings

SPAN = 60.0
"""Seconds that are measured."""
SETTLE = 5.0
"""Seconds before that, for the start to be over."""
TICKS = os.sysconf("SC_CLK_TCK")


def spent(pid: int) -> float:
    """Processor seconds of a process, its threads, and the children it has collected."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def children(pid: int) -> list[int]:
    """Process ids of the children of a process."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def measure(name: str, pid: int) -> None:
    """Print what a process and its children spend in a while."""
    time.sleep(SETTLE)
    pids = [pid, *children(pid)]
    before, began = sum(map(spent, pids)), time.monotonic()
    time.sleep(SPAN)
    percent = 100 * (sum(map(spent, pids)) - before) / (time.monotonic() - began)
    print(f"{name} idle: {percent:.2f} % of a core")


class NothingNew(BaseHTTPRequestHandler):
    """A server that has said everything already."""

    def do_GET(self) -> None:
        """Answer 304 to whoever was here before."""
        body = b'<rss version="2.0"><channel><title>quiet</title></channel></rss>'
        known = self.headers.get("If-None-Match") == '"1"'
        self.send_response(304 if known else 200)
        self.send_header("ETag", '"1"')
        self.send_header("Content-Length", "0" if known else str(len(body)))
        self.end_headers()
        if not known:
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


def main() -> int:
    """Measure the service, then the desk beside it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), NothingNew)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as root:
        home = Path(root)
        sources: list[dict[str, object]] = []
        for number in range(20):
            path = home / f"posts{number}.jsonl"
            append(path, post(number, f"report number {number}"))
            sources.append({"name": f"file{number}", "kind": "jsonl", "address": path, "interval": "1m"})
        for number in range(10):
            address = f"http://127.0.0.1:{server.server_port}/{number}"
            sources.append({"name": f"feed{number}", "kind": "rss", "address": address, "interval": "1m"})
        with Served(write_settings(home, sources)) as served:
            measure("service", served.process.pid)
            _measure_desk(served)
    server.shutdown()
    return 0


def _measure_desk(served: Served) -> None:
    from tests.terminal import Terminal

    command = [sys.executable, "-m", "console", "--config", str(served.settings.path)]
    with Terminal(command, emulate=False) as terminal:

        def watch() -> None:
            while terminal.read(SETTLE + SPAN):
                pass

        threading.Thread(target=watch, daemon=True).start()
        time.sleep(SETTLE)
        shown = len(terminal.received)
        measure("desk", terminal.pid)
        told = len(terminal.received) - shown
        print(f"desk idle: {told} bytes to the terminal in {SETTLE + SPAN:.0f} s, the minute's tick included")


if __name__ == "__main__":
    sys.exit(main())
