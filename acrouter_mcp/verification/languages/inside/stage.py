"""Builds a solution, then becomes the program that runs its tests.

Reads its job as the first line of standard input. `{tmp}` in a command is a writable directory. A program that is to
report gets `<nonce> <descriptor>` as its only line of input.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from typing import Any

KEPT = 12000
BEAT_S = 2.0


def tell(job: dict[str, Any], **fields: Any) -> None:
    """Write one line of the report."""
    line = json.dumps({"nonce": job["nonce"], **fields}).encode() + b"\n"
    while line:
        line = line[os.write(job["report"], line) :]


def build(job: dict[str, Any], tmp: str) -> str | None:
    """Run the commands that build; return what the first that fails says, None if all are well."""
    for command in job["build"]:
        argv = [word.replace("{tmp}", tmp) for word in command]
        with subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as process:
            said = output_of(job, process)
        if process.returncode:
            return said.decode("utf-8", "replace")[:KEPT] or f"{argv[0]} ended with status {process.returncode}"
    return None


def output_of(job: dict[str, Any], process: subprocess.Popen[bytes]) -> bytes:
    """Return what a compiler prints; it may take its time, which a sign of life every few seconds says."""
    while True:
        try:
            return process.communicate(timeout=BEAT_S)[0]
        except subprocess.TimeoutExpired:
            tell(job, kind="begin", name="import")


def hand_over(job: dict[str, Any], argvs: list[list[str]]) -> None:
    """Run what reports on the tests; the last of them takes this process's place."""
    line = f"{job['nonce']} {job['report']}\n".encode()
    os.set_inheritable(job["report"], True)
    for argv in argvs[:-1]:
        subprocess.run(argv, input=line, check=False, close_fds=False)
    reader, writer = os.pipe()
    os.write(writer, line)
    os.close(writer)
    os.dup2(reader, 0)
    os.close(reader)
    argv = argvs[-1]
    os.execvp(argv[0], argv)  # noqa: S606 - judged programs are what it is for


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
    if "emit" in job:
        with open(job["emit"].replace("{tmp}", tmp), "rb") as file:  # noqa: PTH123 - nothing but what it needs is loaded
            tell(job, kind="built", data=base64.b64encode(file.read()).decode("ascii"))
    argvs = [[word.replace("{tmp}", tmp) for word in argv] for argv in job["run"]]
    if argvs:
        hand_over(job, argvs)
    tell(job, kind="done", replaced=[], opaque=0)


main()
