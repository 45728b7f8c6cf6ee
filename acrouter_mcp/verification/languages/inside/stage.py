"""Builds a solution, then becomes the program that runs its tests, or runs it on given input.

Reads its job as the first line of standard input. `{tmp}` in a command is a writable directory. A program that is to
report gets `<nonce> <descriptor>` as its only line of input.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any

KEPT = 12000
OUTPUT = 1 << 20


def tell(job: dict[str, Any], **fields: Any) -> None:
    """Write one line of the report."""
    line = json.dumps({"nonce": job["nonce"], **fields}).encode() + b"\n"
    while line:
        line = line[os.write(job["report"], line) :]


def build(job: dict[str, Any], tmp: str) -> str | None:
    """Run the commands that build; return what the first that fails says, None if all are well."""
    for command in job["build"]:
        argv = [word.replace("{tmp}", tmp) for word in command]
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=os.environ
        )
        if done.returncode:
            return done.stdout.decode("utf-8", "replace")[:KEPT] or f"{argv[0]} ended with status {done.returncode}"
    return None


def become(job: dict[str, Any], argv: list[str]) -> None:
    """Replace this process by the one that runs the tests."""
    reader, writer = os.pipe()
    os.write(writer, f"{job['nonce']} {job['report']}\n".encode())
    os.close(writer)
    os.dup2(reader, 0)
    os.close(reader)
    os.set_inheritable(job["report"], True)
    os.execvp(argv[0], argv)  # noqa: S606 - judged programs are what it is for


def run_case(argv: list[str], case: dict[str, Any], left: float) -> dict[str, Any]:
    """Return what a program made of one input: nothing of what is expected is known here."""
    started = time.monotonic()
    with subprocess.Popen(
        [*argv, *case["args"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, close_fds=True
    ) as process:
        try:
            out, err = process.communicate(case["stdin"].encode("utf-8", "surrogatepass"), timeout=left)
            over = False
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            over = True
    return {
        "stdout": out[:OUTPUT].decode("utf-8", "replace"),
        "stderr": err[-2000:].decode("utf-8", "replace"),
        "code": process.returncode,
        "over": over,
        "seconds": time.monotonic() - started,
    }


def main() -> None:
    """Build, then run."""
    job = json.loads(sys.stdin.buffer.readline())
    os.set_inheritable(job["report"], False)
    tmp = os.environ["TMPDIR"]
    tell(job, kind="begin", name="import")
    failed = build(job, tmp)
    if failed is not None:
        tell(job, kind="broken", what="solution", message=failed, environment=None, solution_s=True, clean_exit=False)
        tell(job, kind="done", replaced=[], opaque=0)
        return
    tell(job, kind="imported")
    argv = [word.replace("{tmp}", tmp) for word in job["run"]]
    if job["cases"] is not None:
        for index, case in enumerate(job["cases"]):
            tell(job, kind="began", index=index)
            tell(job, kind="case", index=index, **run_case(argv, case, job["case_s"]))
    elif argv:
        become(job, argv)
    tell(job, kind="done", replaced=[], opaque=0)


main()
