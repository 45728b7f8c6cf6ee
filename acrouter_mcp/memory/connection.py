"""One connection to the memory's file: opening it, its transactions, and what its failures mean to a user."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias

import apsw

from acrouter_mcp.errors import MemoryUnavailable
from acrouter_mcp.memory import schema
from acrouter_mcp.text import clean

BUSY_TIMEOUT_S = 5.0
MMAP_BYTES = 1 << 30
"""Reading through a memory map takes a third off a vector search of 20,000 rows."""
OTHER_FILE = "name another one with ACROUTER_STORE"

Value: TypeAlias = str | int | float | bytes | None
Row: TypeAlias = dict[str, Any]
"""Column name -> value."""

REASONS: Mapping[type[apsw.Error], tuple[str, str]] = {
    apsw.NotADBError: ("isn't a database", f"move it away and a new one is made, or {OTHER_FILE}"),
    apsw.CorruptError: (
        "is damaged",
        f"put a backup in its place, move it away and a new one is made, or {OTHER_FILE}",
    ),
    apsw.ReadOnlyError: ("can't be written", f"make the file and its folder writable, or {OTHER_FILE}"),
    apsw.PermissionsError: ("can't be written", f"make the file and its folder writable, or {OTHER_FILE}"),
    apsw.CantOpenError: (
        "can't be opened",
        f"it must be a file in a folder where this user may read and write, else {OTHER_FILE}",
    ),
    apsw.BusyError: (
        f"was locked by another program for more than {BUSY_TIMEOUT_S:g} s",
        "try again, and if that doesn't help end the program that holds it",
    ),
    apsw.LockedError: ("is locked", "try again, and if that doesn't help end the program that holds it"),
    apsw.FullError: ("has no room: its disk is full", "free some space and try again; nothing stored is lost"),
    apsw.IOError: (
        "can't be read or written: the disk refuses",
        f"check the disk and the user's quota and try again, or {OTHER_FILE}",
    ),
    apsw.ConnectionClosedError: ("is closed", "the server is stopping; start it again"),
}
"""SQLite's failures that are the environment's doing: why, and the way out. Every other one is a defect."""


class Database:
    """A connection for all threads: statements and transactions take turns behind one lock."""

    def __init__(self, path: Path, connection: apsw.Connection) -> None:
        self.path = path
        self._connection = connection
        self._lock = threading.RLock()

    @classmethod
    def open(cls, path: Path) -> Database:
        """Open or make the file at `path` and its folder, and bring its schema up to date.

        Raises:
            MemoryUnavailable: `path` can't be made, opened, read or written, or isn't ours; it is left as it was.
        """
        _make_folder(path)
        return cls._opened(path, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE, _prepare)

    @classmethod
    def open_to_read(cls, path: Path) -> Database:
        """Open the file at `path` as it is, whatever its version; nothing can be written through it.

        Raises:
            MemoryUnavailable: `path` can't be opened or read, or isn't ours.
        """
        return cls._opened(path, apsw.SQLITE_OPEN_READONLY, lambda _connection: None)

    @classmethod
    def _opened(cls, path: Path, flags: int, prepare: Callable[[apsw.Connection], None]) -> Database:
        with explained(path):
            connection = apsw.Connection(str(path), flags=flags)
            try:
                connection.set_busy_timeout(int(BUSY_TIMEOUT_S * 1000))
                refusal = schema.refusal(connection)
                if refusal:
                    raise MemoryUnavailable(f"memory: {path} {refusal}, or {OTHER_FILE}")
                prepare(connection)
            except BaseException:
                connection.close()
                raise
        return cls(path, connection)

    def close(self) -> None:
        """Close the connection; whatever is asked of it afterwards raises MemoryUnavailable."""
        with self._lock:
            self._connection.close()

    def load_extension(self, path: str) -> None:
        """Load one SQLite extension.

        Raises:
            apsw.Error: this build of SQLite, or this platform, can't.
        """
        with self._lock:
            self._connection.enable_load_extension(True)
            try:
                self._connection.load_extension(path)
            finally:
                self._connection.enable_load_extension(False)

    def rows(self, sql: str, *values: Value) -> list[Row]:
        """Run one statement and return its rows.

        Raises:
            MemoryUnavailable: the file can't be read or written.
        """
        with self._lock, explained(self.path):
            found: list[Row] = []
            names: list[str] = []
            cursor = self._connection.execute(sql, tuple(_storable(value) for value in values))
            for row in cursor:
                names = names or [column[0] for column in cursor.get_description()]
                found.append(dict(zip(names, row, strict=True)))
            return found

    def row(self, sql: str, *values: Value) -> Row | None:
        """Run one statement and return its first row, if it has any; raises as `rows`."""
        found = self.rows(sql, *values)
        return found[0] if found else None

    def value(self, sql: str, *values: Value) -> Any:
        """Run one statement and return the first value of its first row, None if there is none; raises as `rows`."""
        found = self.row(sql, *values)
        return next(iter(found.values())) if found else None

    def insert(self, table: str, row: Mapping[str, Value], *, ignore: bool = False) -> int | None:
        """Insert one row and return its rowid, or None where `ignore` met a row that is there already.

        Raises:
            MemoryUnavailable: the file can't be written.
            apsw.ConstraintError: a value is out of the range that the schema allows.
        """
        verb = "INSERT OR IGNORE" if ignore else "INSERT"
        marks = ", ".join("?" * len(row))
        sql = f"{verb} INTO {table} ({', '.join(row)}) VALUES ({marks}) RETURNING rowid"
        rowid: int | None = self.value(sql, *row.values())
        return rowid

    def run_many(self, sql: str, values: Iterable[tuple[Value, ...]]) -> None:
        """Run one statement for each tuple of numbers or blobs; raises as `rows`."""
        with self._lock, explained(self.path):
            self._connection.executemany(sql, values)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the write transaction: all of it is stored when the block ends, and nothing when it raises.

        It takes the write lock at once (BEGIN IMMEDIATE): a transaction that reads first and then writes fails as
        soon as another process wrote in between, whatever the busy time-out. Inside another one it joins that.

        Raises:
            MemoryUnavailable: the file can't be written, or stayed locked.
        """
        with self._transaction("BEGIN IMMEDIATE"):
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """See one state of the file throughout the block; raises MemoryUnavailable as `rows`."""
        with self._transaction("BEGIN"):
            yield

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        with self._lock, explained(self.path):
            if self._in_transaction():
                yield
                return
            self._connection.execute(begin)
            try:
                yield
                self._connection.execute("COMMIT")
            finally:
                if self._in_transaction():
                    with suppress(apsw.Error):  # what made it fail is on its way up already
                        self._connection.execute("ROLLBACK")

    def _in_transaction(self) -> bool:
        return self._connection.in_transaction


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn the failures of SQLite that a user can mend into MemoryUnavailable, in words of ours."""
    try:
        yield
    except tuple(REASONS) as error:
        why, way_out = next(words for kind, words in REASONS.items() if isinstance(error, kind))
        raise MemoryUnavailable(f"memory: {path} {why}; {way_out}") from error


def _storable(value: Value) -> Value:
    return clean(value) if isinstance(value, str) else value


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        why = "can't be made: a file stands where its folder should be"
        raise MemoryUnavailable(f"memory: {path} {why}; move that file away, or {OTHER_FILE}") from None
    except (OSError, ValueError):
        why = "can't be made: its folder doesn't exist and this user may not make it"
        raise MemoryUnavailable(f"memory: {path} {why}; make it, or {OTHER_FILE}") from None


def _prepare(connection: apsw.Connection) -> None:
    if connection.readonly("main"):
        raise apsw.ReadOnlyError
    _enter_wal(connection)
    for pragma in ("synchronous = FULL", f"mmap_size = {MMAP_BYTES}", "secure_delete = ON", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    schema.migrate(connection)


def _enter_wal(connection: apsw.Connection) -> None:
    """Switch to a write-ahead log; the busy time-out doesn't cover the switch, so several first openers take turns."""
    give_up = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchall()
            return
        except apsw.BusyError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.01)
