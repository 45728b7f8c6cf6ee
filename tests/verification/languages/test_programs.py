"""Programs over standard input and output: nothing of what they should print is in their sandbox."""

# ruff: noqa: E501 - solutions as they are written
from __future__ import annotations

import json

import pytest

from acrouter_mcp.verification import Engine, Submission
from acrouter_mcp.verification.languages import find
from acrouter_mcp.verification.sandbox import Sandbox

pytestmark = pytest.mark.anyio

PROGRAMS = {
    "javascript": "const [n, ...xs] = require('fs').readFileSync(0, 'utf8').split(/\\s+/).map(Number);\n"
    "console.log(xs.slice(0, n).reduce((a, b) => a + b, 0));\n",
    "typescript": "import * as fs from 'node:fs';\nconst xs: number[] = fs.readFileSync(0, 'utf8').split(/\\s+/).map(Number);\n"
    "console.log(xs.slice(1, xs[0] + 1).reduce((a: number, b: number): number => a + b, 0));\n",
    "go": 'package main\n\nimport "fmt"\n\nfunc main() {\n\tvar n, x, s int\n\tfmt.Scan(&n)\n\tfor i := 0; i < n; i++ {\n'
    "\t\tfmt.Scan(&x)\n\t\ts += x\n\t}\n\tfmt.Println(s)\n}\n",
    "rust": "use std::io::{self, Read};\nfn main() {\n    let mut s = String::new();\n    io::stdin().read_to_string(&mut s)"
    '.unwrap();\n    println!("{}", s.split_whitespace().skip(1).map(|x| x.parse::<i64>().unwrap()).sum::<i64>());\n}\n',
    "java": "import java.util.*;\npublic class Main {\n  public static void main(String[] a) {\n    Scanner in = new Scanner("
    "System.in);\n    int n = in.nextInt(), s = 0;\n    while (n-- > 0) s += in.nextInt();\n    System.out.println(s);\n  }\n}\n",
    "c": '#include <stdio.h>\nint main(void) { int n, x, s = 0; scanf("%d", &n); while (n--) { scanf("%d", &x); s += x; } '
    'printf("%d\\n", s); }\n',
    "cpp": "#include <iostream>\nint main() { int n, x, s = 0; std::cin >> n; while (n--) { std::cin >> x; s += x; } "
    "std::cout << s << std::endl; }\n",
    "bash": "read -r n\nread -r -a xs\ns=0\nfor x in \"${xs[@]}\"; do s=$((s + x)); done\necho \"$s\"\n",
}  # fmt: skip
CASES = json.dumps([{"input": "3\n1 2 3\n", "output": "6"}, {"input": "1\n5\n", "output": "5\n"}])
TASK = "Read n and n numbers, print their sum.\n\nInput:\n3\n1 2 3\nOutput:\n6\n"


@pytest.mark.parametrize("name", PROGRAMS)
async def test_given_inputs(engine: Engine, contained: Sandbox, name: str) -> None:
    language = find(name)
    assert language
    if language.toolchain().version is None:
        pytest.skip(f"{name} is not executed here: {language.toolchain().remedy}")
    files = {"solution.py": PROGRAMS[name]}
    good = await engine.verify(Submission(files=files, tests=CASES, language=name), timeout_s=40)
    assert (good.verdict, good.tests.passed, good.integrity) == ("pass", 2, "split"), good


async def test_a_wrong_answer_and_one_that_is_not_compiled(engine: Engine, contained: Sandbox) -> None:
    wrong = PROGRAMS["c"].replace("s += x", "s -= x")
    verdict = await engine.verify(Submission(files={"main.c": wrong}, task=TASK, language="c"), timeout_s=20)
    assert verdict.verdict == "fail", verdict
    assert "-6" in verdict.tests.failures[0].message
    broken = await engine.verify(
        Submission(files={"main.c": wrong.replace("int n", "n")}, tests=CASES, language="c"), timeout_s=20
    )
    assert broken.verdict == "fail"
