import hashlib
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import dumps
from pathlib import Path

import pytest

from acrouter_mcp.embedding import Embedder, bundled, load, self_check
from acrouter_mcp.errors import EmbedderUnavailable

NAME = "sentence-transformers/all-MiniLM-L6-v2"
REPOSITORY = "Qdrant/all-MiniLM-L6-v2-onnx"
COMMIT = "5" * 40
LOAD = f"""
import sys
from acrouter_mcp.embedding import load, self_check
from acrouter_mcp.errors import EmbedderUnavailable
try:
    sys.exit(self_check(load({NAME!r}, download=True)))
except EmbedderUnavailable as refusal:
    sys.exit(str(refusal))
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("FASTEMBED_CACHE_PATH", str(folder))
    return folder


def published() -> dict[str, bytes]:
    """The files of the repository, in which the bundled model stands in for the one published there."""
    files = bundled.locate()
    names = ("tokenizer.json", "tokenizer_config.json")
    return {"model.onnx": files.weights.read_bytes()} | {n: (files.tokenizer / n).read_bytes() for n in names}


def put_in_cache(cache: Path, files: dict[str, bytes]) -> Path:
    """Lay files out as the hub's client does."""
    repository = cache / f"models--{REPOSITORY.replace('/', '--')}"
    snapshot = repository / "snapshots" / COMMIT
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(COMMIT, encoding="utf-8")
    for name, content in files.items():
        (snapshot / name).write_bytes(content)
    return snapshot


def test_a_cached_model_needs_no_network(cache: Path, embedder: Embedder) -> None:
    put_in_cache(cache, published())
    cached = load(NAME.lower())
    assert cached.name == NAME
    assert self_check(cached) is None
    assert float(cached.embed(["a task"])[0] @ embedder.embed(["a task"])[0]) > 0.5


def test_other_weights_have_another_digest(cache: Path) -> None:
    snapshot = put_in_cache(cache, published())
    first = load(NAME)
    config = '{"model_max_length": 128, "pad_token": "[PAD]"}'
    (snapshot / "tokenizer_config.json").write_text(config, encoding="utf-8")
    assert load(NAME).digest != first.digest


def test_what_is_not_in_the_cache_is_refused_with_the_ways_out(cache: Path) -> None:
    with pytest.raises(EmbedderUnavailable) as refusal:
        load("BAAI/bge-small-en-v1.5")
    said = str(refusal.value)
    assert "'BAAI/bge-small-en-v1.5' is not on this machine" in said
    assert str(cache) in said
    assert "`acrouter-mcp doctor`" in said
    assert "ACROUTER_EMBEDDER_DOWNLOAD=1" in said
    assert f"'{bundled.DEFAULT_MODEL}'" in said


def test_half_a_download_is_not_a_model(cache: Path) -> None:
    put_in_cache(cache, {name: content for name, content in published().items() if name != "model.onnx"})
    with pytest.raises(EmbedderUnavailable, match="is not on this machine"):
        load(NAME)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("bge-small-en-v1.5", "'BAAI/bge-small-en-v1.5'"),
        ("BAAI/bge-smal-en-v1.5", "'BAAI/bge-small-en-v1.5'"),
        ("all-minilm-l6", "'all-MiniLM-L6-v2'"),
        ("text-embedding-3-large", "folder with model.onnx"),
        ("", "'all-MiniLM-L6-v2', the default"),
    ],
)
def test_an_unknown_name_gets_a_hint(name: str, meant: str) -> None:
    with pytest.raises(EmbedderUnavailable, match=f"unknown '{name}'") as refusal:
        load(name)
    assert meant in str(refusal.value)


def test_a_name_of_the_hub_is_not_shadowed_by_a_folder(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(model_folder, tmp_path / NAME)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EmbedderUnavailable, match="is not on this machine"):
        load(NAME)


def test_nothing_offline_touches_a_socket(cache: Path) -> None:
    put_in_cache(cache, published())
    code = f"""
import sys
def refuse(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        sys.stderr.write(f"{{event}} {{args}}")
sys.addaudithook(refuse)
from acrouter_mcp.embedding import load
from acrouter_mcp.errors import EmbedderUnavailable
load()
load({NAME!r})
try:
    load("BAAI/bge-small-en-v1.5")
except EmbedderUnavailable:
    sys.exit(0)
sys.exit("loaded from nowhere")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def run_load(endpoint: str) -> "subprocess.CompletedProcess[str]":
    """Load in a process of its own: the hub's client reads its endpoint when it is imported."""
    away = {"HF_HUB_OFFLINE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"}
    env = {key: value for key, value in os.environ.items() if key.upper() not in away}
    env |= {"HF_ENDPOINT": endpoint, "HF_HUB_DISABLE_XET": "1"}
    return subprocess.run(
        [sys.executable, "-c", LOAD], env=env, capture_output=True, text=True, check=False, timeout=30
    )


def test_downloading_without_a_network_fails_at_once(cache: Path) -> None:
    done = run_load("http://127.0.0.1:9")
    assert done.returncode == 1
    assert f"'{NAME}' is not on this machine ({cache}) and could not be downloaded" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def entry(name: str, content: bytes) -> dict[str, str | int]:
    """One file in the hub's listing of a repository."""
    return {"type": "file", "path": name, "size": len(content), "oid": hashlib.sha256(content).hexdigest()}


@contextmanager
def hub(files: dict[str, bytes]) -> Iterator[str]:
    """A loopback server that answers as the hub does for one repository; yields its address."""

    class Hub(BaseHTTPRequestHandler):
        def answer(self) -> None:
            path = self.path.partition("?")[0]
            if path.startswith(f"/api/models/{REPOSITORY}/tree/"):
                body, etag = dumps([entry(name, content) for name, content in files.items()]).encode(), "tree"
            elif path.startswith(f"/api/models/{REPOSITORY}"):
                siblings = [{"rfilename": name} for name in files]
                body, etag = dumps({"id": REPOSITORY, "sha": COMMIT, "siblings": siblings}).encode(), "info"
            elif path.startswith(f"/{REPOSITORY}/resolve/{COMMIT}/"):
                body = files[path.rpartition("/")[2]]
                etag = hashlib.sha256(body).hexdigest()
            else:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", f'"{etag}"')
            self.send_header("X-Repo-Commit", COMMIT)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_GET = do_HEAD = answer  # noqa: N815  # the base class looks for these names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_an_allowed_download_is_there_for_good(cache: Path) -> None:
    with hub(published()) as address:
        done = run_load(address)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert load(NAME).dim == 384
