import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "coderouterbench"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    script = ROOT / "benchmarks" / "expected_tokens.py"
    return subprocess.run(
        [sys.executable, str(script), *arguments], capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the benchmark's data is not in {DATA}")
def test_the_shipped_tokens_are_what_the_script_prints() -> None:
    shipped = (ROOT / "acrouter_mcp" / "catalogue" / "tokens.toml").read_text(encoding="utf-8")
    assert run().stdout == shipped


def test_without_data_the_script_says_what_is_missing(tmp_path: Path) -> None:
    result = run("--data", str(tmp_path))
    assert (result.returncode, result.stdout) == (1, "")
    assert "id_test_results_long.csv" in result.stderr


def test_rows_that_were_not_measured_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "id_test_results_long.csv").write_text(
        "dimension,latency_ms,input_tokens,output_tokens\n"
        + "".join(f"{at},5,100,10\n{at},5,200,30\n{at},0,9999,9999\n" for at in SINGLE_TURN),
        encoding="utf-8",
    )
    (tmp_path / "ood176_results_long.csv").write_text("in_tok,out_tok\n0,0\n,\n1000,50\n", encoding="utf-8")
    result = run("--data", str(tmp_path))
    assert "algorithm = [150, 20]  # 2 answers" in result.stdout
    assert "agentic_programming = [1000, 50]  # 1 answers" in result.stdout


SINGLE_TURN = (
    "code_generation",
    "algorithm",
    "bug_fixing",
    "code_completion",
    "code_refactoring",
    "data_science",
    "multi_language",
    "code_understanding",
    "test_generation",
)
