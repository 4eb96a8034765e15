# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A headless Chromium, driven over its debugging pipe: no driver, no port, no package."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.support.waiting import wait_for

NAMES = ("chromium", "chromium-browser", "google-chrome")
# nothing of a browser's own may reach for the network
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-extensions --disable-dev-shm-usage --hide-scrollbars "
    "--force-device-scale-factor=1 --remote-debugging-pipe"
).split()


#: checks pages for what keeps people with a screen reader or without a mouse out
AXE = "axe-core@4.10.3"


def axe(folder: Path) -> str | None:
    """The script of axe-core, got by npm once into a folder; None if that cannot be had."""
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    npm = shutil.which("npm")
    if not script.exists() and npm is not None:
        command = [npm, "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder)]
        subprocess.run([*command, AXE], capture_output=True, check=False, timeout=120)
    return script.read_text(encoding="utf-8") if script.exists() else None


def executable() -> str | None:
    """The browser on PATH, if there is one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One page, for a ``with`` block.

    :ivar requests: the address of everything that the page asked for
    :ivar folder: what it keeps, which goes when it goes
    """

    def __init__(self, path: str) -> None:
        self.requests: list[str] = []
        self.errors: list[str] = []
        self._number = 0
        self._rest = b""
        self.folder = Path(tempfile.mkdtemp())
        reads, self._send = os.pipe()
        self._receive, writes = os.pipe()
        os.set_blocking(self._receive, False)

        def at_three_and_four() -> None:
            # both ends may be in each other's way
            spare = os.dup2(writes, 30), os.dup2(reads, 31)
            os.dup2(spare[1], 3)
            os.dup2(spare[0], 4)

        self._process = subprocess.Popen(
            [path, *FLAGS, f"--user-data-dir={self.folder}", "about:blank"],
            preexec_fn=at_three_and_four,
            close_fds=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(reads)
        os.close(writes)
        self._session: str | None = None

    def __enter__(self) -> Browser:
        (page,) = [one for one in self._ask("Target.getTargets")["targetInfos"] if one["type"] == "page"]
        attached = self._ask("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self._ask(domain + ".enable")
        return self

    def __exit__(self, *_exception: object) -> None:
        # all of it at once: else its helpers outlive it, and still write into its folder
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._send)
        os.close(self._receive)
        wait_for(self._is_cleared_away, seconds=20)

    def _is_cleared_away(self) -> bool:
        """Whether nothing is left; one of its helpers may have left its group."""
        shutil.rmtree(self.folder, ignore_errors=True)
        return not self.folder.exists()

    def open(self, page: Path, width: int = 1000, height: int = 800, dark: bool = False, script: bool = True) -> None:
        """Show a file in a window of this size."""
        self.requests.clear()
        self.errors.clear()
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self._ask("Emulation.setEmulatedMedia", features=scheme)
        mobile = width < 500
        self._ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)
        self._ask("Emulation.setScriptExecutionDisabled", value=not script)
        # a browser does not load again what differs in nothing
        self._ask("Page.navigate", url="about:blank")
        self._ask("Page.navigate", url=page.resolve().as_uri())
        shown = page.resolve().as_uri() + "complete"
        wait_for(lambda: self.evaluate("document.URL + document.readyState") == shown, seconds=20)

    def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page; of a promise, what it comes to."""
        answer = self._ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def choose(self, name: str, value: str) -> None:
        """Choose an option as somebody at the page does."""
        self.evaluate(
            f"(function (one) {{ one.value = {json.dumps(value)}; one.dispatchEvent(new Event('change')); }}"
            f"(document.querySelector('select[name={name}]')))"
        )

    def write(self, selector: str, text: str) -> None:
        """Write something into a field."""
        self.evaluate(
            f"(function (one) {{ one.value = {json.dumps(text)}; one.dispatchEvent(new Event('input')); }}"
            f"(document.querySelector({json.dumps(selector)})))"
        )

    def screenshot(self, path: Path) -> None:
        """What the window shows, as PNG."""
        path.write_bytes(base64.b64decode(self._ask("Page.captureScreenshot", format="png")["data"]))

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._send, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + 30
        while True:
            answer = self._next(end)
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer)
                return dict(answer["result"])
            self._note(answer)

    def _next(self, end: float) -> dict[str, Any]:
        while b"\0" not in self._rest:
            assert time.monotonic() < end, "the browser does not answer"
            try:
                chunk = os.read(self._receive, 1 << 20)
            except BlockingIOError:
                time.sleep(0.005)
                continue
            assert chunk, "the browser is gone"
            self._rest += chunk
        message, _zero, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(message))

    def _note(self, event: dict[str, Any]) -> None:
        params = event.get("params", {})
        if event.get("method") == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif event.get("method") == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(params))
        elif event.get("method") == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.errors.append(params["entry"]["text"])
