"""Bash, by bash."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from acrouter_mcp import types

pytestmark = pytest.mark.anyio
Speak = Callable[..., Awaitable[types.Verdict]]
LANGUAGE = "bash"

GOOD = """#!/usr/bin/env bash
add() {
  local a=$1 b=$2
  echo $((a + b))
}
greet() { [[ -n ${1:-} ]] || { echo 'no name' >&2; return 2; }; printf 'hi %s\n' "$1"; }

if [[ "${BASH_SOURCE[0]}" == "$0" ]]; then add "$@"; fi
"""
BAD = GOOD.replace("a + b", "a - b")
FORMS = {
    "bats": """#!/usr/bin/env bats
setup() { source ./solution.sh; }
@test "adds" {
  run add 1 2
  [ "$status" -eq 0 ]
  [ "$output" = "3" ]
}
@test "greets" {
  run greet bob
  [ "${lines[0]}" = 'hi bob' ]
  run greet
  [ "$status" -eq 2 ]
}
""",
    "script": """set -euo pipefail
source "$(dirname "$0")/solution.sh"
result=$(add 1 2)
[[ "$result" == "3" ]] || { echo "expected 3, got $result"; exit 1; }
[ "$(greet bob)" = 'hi bob' ]
echo ok
""",
    "functions": """test_add() { assertEquals 'sum' 3 "$(add 1 2)"; }
test_greet() { assertEquals 'hi bob' "$(greet bob)"; }
. shunit2
""",
    "program": """assert_eq() { if [ "$1" != "$2" ]; then echo "expected $2, got $1"; exit 1; fi; }
assert_eq "$(bash ./solution.sh 1 2)" 3
assert_eq "$(./solution.sh 1 -1)" 0 || true
""",
}


@pytest.mark.parametrize("form", FORMS)
async def test_good_and_bad(speak: Speak, form: str) -> None:
    good = await speak(GOOD, FORMS[form])
    assert (good.verdict, good.tests.passed, good.integrity) == ("pass", 2, "in-process"), good
    bad = await speak(BAD, FORMS[form])
    assert bad.verdict == "fail", bad
    assert "-1" in bad.tests.failures[0].message


async def test_counted_failures(speak: Speak) -> None:
    tests = """FAIL=0
check() { if [ "$1" != "$2" ]; then FAIL=$((FAIL+1)); echo "expected $2 got $1"; fi; }
check "$(add 1 2)" 3
[ "$FAIL" -eq 0 ]
"""
    assert (await speak(GOOD, tests)).verdict == "pass"
    bad = await speak(BAD, tests)
    assert bad.verdict == "fail"
    assert "expected 3 got -1" in bad.reason


@pytest.mark.parametrize(
    "start",
    [
        "[() { return 0; }\ntest() { return 0; }\n",
        "exit 0\n",
        "exit() { builtin exit 0; }\n",
        "trap 'exit 0' EXIT; kill $$\n",
    ],
)
async def test_a_forged_verdict_is_none(speak: Speak, start: str) -> None:
    assert (await speak(start + BAD, FORMS["script"])).verdict != "pass"
