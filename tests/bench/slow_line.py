"""A slow line to a real sshd: between two network namespaces as root, else through a throttle on loopback."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench.idle import children

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT.parent / "shared" / "tools"
SSHD = "/usr/sbin/sshd"
RATE, DELAY = 9600, 0.3
"""Bits a second, and seconds one way."""

SOONER = 1500
"""Milliseconds at most between two attempts of TCP, where that can be set."""


class NoLine(Exception):
    """No such line can be made here; says why."""


class SshLine:
    """Two namespaces and a link between them, by `sshlink.sh`, whose rate and fate can be changed."""

    def __init__(self) -> None:
        if os.geteuid() != 0:
            raise NoLine("namespaces need root")
        self._home = tempfile.mkdtemp(prefix="watchfloor-line-")
        self._name = f"wf{os.getpid() % 100_000}"
        said = self._tool("up", str(RATE), str(DELAY), "0", self._name)
        if said.returncode:
            self.end()
            raise NoLine(f"sshlink.sh: {(said.stdout + said.stderr).strip()}")

    def command(self, remote: Sequence[str], *options: str) -> tuple[list[str], dict[str, str]]:
        """What runs a command at the far end, and the environment that it needs."""
        words = [str(TOOLS / "sshlink.sh"), "ssh", self._name, shlex.join(remote)]
        return words, {"TMPDIR": self._home, "SSH_EXTRA": " ".join(options)}

    def bears(self, rate: int, delay: float) -> bool:
        """Make it another line, from now on."""
        self._set(rate=rate, delay=delay)
        return True

    def cut(self, pid: int) -> None:
        """Let everything be lost on it."""
        self._set(up=False)

    def mend(self, pid: int) -> None:
        """Let everything through again."""
        self._set(up=True)

    def hasten(self) -> bool:
        """Let both ends of new connections try again every 1.5 s at least (Linux 6.15); sshd starts anew."""
        setting = ("sysctl", "-qw", f"net.ipv4.tcp_rto_max_ms={SOONER}")
        if any(self._tool(end, self._name, *setting).returncode for end in ("srv", "run")):
            return False
        home = Path(self._home, f"sshlink-{self._name}")
        os.kill(int((home / "sshd.pid").read_text()), signal.SIGTERM)
        time.sleep(0.5)
        return not self._tool("srv", self._name, SSHD, "-f", f"{home}/sshd_config").returncode

    def carried(self) -> tuple[int, int]:
        """Bytes that came down and went up, with all headers."""
        stats = json.loads(self._tool("stats", self._name).stdout)
        return stats["down"]["bytes"], stats["up"]["bytes"]

    def end(self) -> None:
        """Take it down."""
        self._tool("down", self._name)
        shutil.rmtree(self._home, ignore_errors=True)

    def _set(self, **changes: Any) -> None:
        self._tool("set", self._name, json.dumps(changes))

    def _tool(self, *words: str) -> subprocess.CompletedProcess[str]:
        # Into files: what stays behind in the namespaces would hold a pipe open.
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            code = subprocess.call(
                [str(TOOLS / "sshlink.sh"), *words],
                env={**os.environ, "TMPDIR": self._home},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(words, code, out.read(), err.read())


class ThrottledLine:
    """An sshd of our own on loopback, reached through `throttle.py`, which is stopped for an outage."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="watchfloor-line-")
        home = Path(self._folder.name)
        for key in ("host", "id"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", home / key], check=True)
        (home / "id.pub").rename(home / "authorized")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        lines = [
            f"Port {self._port}",
            "ListenAddress 127.0.0.1",
            f"HostKey {home}/host",
            f"AuthorizedKeysFile {home}/authorized",
            "PidFile none",
            "UsePAM no",
            "StrictModes no",
            "Compression yes",
        ]
        (home / "sshd_config").write_text("\n".join(lines) + "\n")
        Path("/run/sshd").mkdir(exist_ok=True)
        self._sshd = subprocess.Popen(
            [SSHD, "-D", "-e", "-f", home / "sshd_config"], stderr=subprocess.DEVNULL
        )
        self._home = home

    def end(self) -> None:
        """Take it down."""
        self._sshd.terminate()
        self._sshd.wait()
        self._folder.cleanup()

    def command(self, remote: Sequence[str], *options: str) -> tuple[list[str], dict[str, str]]:
        """What runs a command at the far end, and the environment that it needs."""
        throttle = [sys.executable, TOOLS / "throttle.py", "%h", "%p", RATE // 8, RATE // 8, DELAY]
        proxy = shlex.join(map(str, throttle))
        own = {"UserKnownHostsFile": "/dev/null", "StrictHostKeyChecking": "no", "BatchMode": "yes"}
        own |= {"ProxyCommand": proxy, "LogLevel": "ERROR", "ConnectTimeout": "120"}
        chosen = [word for key, value in own.items() for word in ("-o", f"{key}={value}")]
        words = ["ssh", "-tt", "-i", str(self._home / "id"), "-p", str(self._port), *chosen, *options]
        return [*words, "127.0.0.1", shlex.join(remote)], {"THROTTLE_GRACE": "3"}

    def bears(self, rate: int, delay: float) -> bool:
        """It cannot be changed."""
        return False

    def cut(self, pid: int) -> None:
        """Stop the throttle below this ssh."""
        for child in children(pid):
            os.kill(child, signal.SIGSTOP)

    def mend(self, pid: int) -> None:
        """Let it go on."""
        for child in children(pid):
            os.kill(child, signal.SIGCONT)

    def hasten(self) -> bool:
        """Not on the machine that everything else uses too."""
        return False

    def carried(self) -> tuple[int, int]:
        """Not counted."""
        return 0, 0


Line = SshLine | ThrottledLine


def open_line() -> Line:
    """The best line there can be here; raises NoLine where there is none."""
    for path in (TOOLS / "sshlink.sh", Path(SSHD)):
        if not path.exists():
            raise NoLine(f"{path.name} is not here")
    try:
        return SshLine()
    except NoLine as no:
        print(f"slow link: through throttle.py ({no})", flush=True)
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        line = ThrottledLine()
        time.sleep(0.5)
        if line._sshd.poll() is None:
            return line
    raise NoLine("no sshd could be started")
