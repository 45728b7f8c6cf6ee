import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from acrouter_mcp.embedding import BackgroundEmbedder, Embedder, load
from acrouter_mcp.errors import EmbedderUnavailable


def test_before_it_is_started_it_answers_all_the_same() -> None:
    background = BackgroundEmbedder(load)
    assert background.state == "idle"
    assert background.ready_embedder() is None
    assert background.embed_one("anything") is None
    assert not background.wait(60)


def test_it_loads_once_and_then_embeds(embedder: Embedder) -> None:
    calls: list[str] = []

    def counted() -> Embedder:
        calls.append(threading.current_thread().name)
        return load()

    background = BackgroundEmbedder(counted)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: background.start(), range(8)))
    assert background.wait(60)
    background.start()
    assert calls == ["acrouter-embedder"]
    assert (background.state, background.problem) == ("ready", None)
    vector = background.embed_one("Fix the build")
    assert vector is not None
    np.testing.assert_allclose(vector, embedder.embed(["Fix the build"])[0], atol=1e-6)


def test_while_it_loads_nothing_waits(embedder: Embedder) -> None:
    go = threading.Event()

    def slow() -> Embedder:
        go.wait()
        return embedder

    background = BackgroundEmbedder(slow)
    background.start()
    assert background.state == "loading"
    assert background.embed_one("anything") is None
    assert not background.wait(0)
    go.set()
    assert background.wait(60)


def test_callbacks_come_before_everyone_else(embedder: Embedder) -> None:
    background = BackgroundEmbedder(lambda: embedder)
    seen: list[tuple[str, str, bool]] = []
    background.on_ready += [
        lambda got: seen.append(("first", got.digest, background.ready_embedder() is None)),
        lambda got: seen.append(("second", got.digest, background.embed_one("too early") is None)),
    ]
    background.start()
    assert background.wait(60)
    assert seen == [("first", embedder.digest, True), ("second", embedder.digest, True)]


def test_a_failing_callback_keeps_nobody_from_the_embedder(
    embedder: Embedder, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Embedder) -> None:
        raise RuntimeError("disk full")

    background = BackgroundEmbedder(lambda: embedder)
    background.on_ready.append(broken)
    background.start()
    assert background.wait(60)
    assert "disk full" in caplog.text


def test_a_failure_is_a_state_in_words(tmp_path: Path) -> None:
    background = BackgroundEmbedder(partial(load, str(tmp_path / "nowhere")))
    background.start()
    assert not background.wait(60)
    assert background.state == "failed"
    assert background.problem is not None
    assert "there is no folder" in background.problem
    assert background.embed_one("anything") is None


def test_a_platform_without_fastembed_goes_on_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastembed", None)
    background = BackgroundEmbedder(load)
    background.start()
    assert not background.wait(60)
    assert background.problem is not None
    assert "fastembed can't be imported" in background.problem


def test_a_defect_is_logged_and_not_told(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> Embedder:
        raise RuntimeError("secret path")

    background = BackgroundEmbedder(broken)
    background.start()
    assert not background.wait(60)
    assert "secret path" in caplog.text
    assert "secret path" not in (background.problem or "")


def test_a_failure_is_retried_by_start_alone_and_after_the_pause(embedder: Embedder) -> None:
    tries: list[int] = []

    def second_time() -> Embedder:
        tries.append(1)
        if len(tries) == 1:
            raise EmbedderUnavailable("embedder: not yet")
        return embedder

    patient = BackgroundEmbedder(second_time)
    patient.start()
    patient.wait(60)
    patient.start()
    assert (patient.state, len(tries)) == ("failed", 1)

    tries.clear()
    eager = BackgroundEmbedder(second_time, retry_pause_s=0)
    eager.start()
    assert not eager.wait(60)
    eager.start()
    assert eager.wait(60)
    assert (eager.state, eager.problem) == ("ready", None)
