"""`make conformance`: what others wrote to judge an MCP server and its packages, against the real ones.

The official suite over HTTP in both protocol revisions, with the expected failures of tests/conformance and no others
(they want tools, prompts and resources that only a test server has); the Inspector's strict list over stdio and HTTP;
`claude plugin validate --strict`, `mcpb validate`. Node packages are pinned and kept outside of the tree. Without npm
there is nothing to run: the reason is said, and the exit status is 0.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

ROOT = Path(__file__).resolve().parent.parent
OURS = Path(sys.executable).with_name("acrouter-mcp")
CACHE = Path(os.environ.get("ACROUTER_HOSTS_CACHE") or Path(platformdirs.user_cache_dir("acrouter-hosts", False)))
OLDEST_NODE = 22
PACKAGES = {
    "conformance": ("@modelcontextprotocol/conformance", "0.2.0-alpha.12"),
    "mcp-inspector": ("@modelcontextprotocol/inspector", "2.12.0"),
    "claude": ("@anthropic-ai/claude-code", "2.1.330"),
    "mcpb": ("@anthropic-ai/mcpb", "2.1.2"),
}
FOLDERS = {"mcp-inspector": "inspector"}
REVISIONS = ("2025-11-25", "2026-07-28")
START_S = 60.0


def node() -> Path | None:
    """Return a node that is new enough: the one on PATH, else one from npm; None where there is neither."""
    found = shutil.which("node")
    if found:
        said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
        if said.strip().lstrip("v").partition(".")[0].isdigit() and int(said.strip()[1:].split(".")[0]) >= OLDEST_NODE:
            return Path(found)
    return _fetched("node-22", "node@22", "node", None)


def program(name: str, node_path: Path) -> Path | None:
    """Return an npm program of the pinned version, fetched if it isn't there yet."""
    package, version = PACKAGES[name]
    return _fetched(f"{FOLDERS.get(name, name)}-{version}", f"{package}@{version}", name, node_path)


def _fetched(folder: str, package: str, name: str, node_path: Path | None) -> Path | None:
    place = CACHE / folder
    binary = place / "node_modules" / ".bin" / name
    npm = shutil.which("npm")
    if binary.exists() or npm is None:
        return binary if binary.exists() else None
    CACHE.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=CACHE))
    runner = [npm] if node_path is None else [str(node_path), str(Path(npm).resolve())]
    argv = [*runner, "install", "--prefix", str(fresh), "--no-audit", "--no-fund", "--loglevel=error", package]
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=sys.stderr, timeout=900, check=False)
    if done.returncode == 0 and not place.exists():
        fresh.rename(place)
    shutil.rmtree(fresh, ignore_errors=True)
    return binary if binary.exists() else None


@contextmanager
def server(data: Path) -> Iterator[str]:
    """Run the real server over HTTP and yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "ACROUTER_DATA_DIR": str(data)}
    argv = [str(OURS), "serve", "--transport", "http", "--port", str(port)]
    process = subprocess.Popen(argv, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port, process)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("conformance: the server didn't start")


def checks(place: Path, url: str) -> Iterator[tuple[str, str, list[str]]]:
    """Yield what to run: its name, its program, its arguments."""
    for revision in REVISIONS:
        expected = ROOT / "tests" / "conformance" / f"baseline-{revision}.yml"
        arguments = ["server", "--url", url, "--requirements", revision, "--expected-failures", str(expected)]
        yield f"suite {revision}", "conformance", [*arguments, "-o", str(place / revision)]
    listing = ["--method", "tools/list", "--strict", "--format", "json"]
    yield "inspector stdio", "mcp-inspector", ["--cli", str(OURS), *listing]
    http = ["--cli", url, "--transport", "http"]
    yield "inspector http", "mcp-inspector", [*http, *listing]
    yield "inspector http modern", "mcp-inspector", [*http, "--protocol-era", "modern", *listing]
    yield "claude plugin", "claude", ["plugin", "validate", "--strict", str(ROOT / "plugins" / "acrouter")]
    yield "claude marketplace", "claude", ["plugin", "validate", "--strict", str(ROOT)]
    yield "mcpb", "mcpb", ["validate", str(ROOT / "plugins" / "mcpb" / "manifest.json")]


def run(name: str, binary: Path, arguments: list[str], node_path: Path, place: Path) -> bool:
    """Run one check in a home of its own; show what it said only where it failed."""
    path = f"{node_path.parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "HOME": str(place), "ACROUTER_DATA_DIR": str(place / "data")}
    done = subprocess.run(
        [str(binary), *arguments],
        env=environment,
        cwd=place,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )
    print(f"{'ok' if done.returncode == 0 else 'FAILED':<8}{name}", flush=True)
    if done.returncode:
        print(done.stdout[-6000:])
    return done.returncode == 0


def main() -> None:
    """Run every check; exit 1 if one failed."""
    node_path = node()
    if node_path is None:
        print(f"conformance: skipped, for there is no node >= {OLDEST_NODE} and npm can't bring one")
        return
    good = True
    with tempfile.TemporaryDirectory() as folder, server(Path(folder) / "data") as url:
        for name, wanted, arguments in checks(Path(folder), url):
            binary = program(wanted, node_path)
            if binary is None:
                print(f"skipped {name}: npm can't bring {'@'.join(PACKAGES[wanted])}")
                continue
            good &= run(name, binary, arguments, node_path, Path(folder))
    sys.exit(not good)


if __name__ == "__main__":
    main()
