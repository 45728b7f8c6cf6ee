import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrouter_mcp.demo.cast import load_cast
from acrouter_mcp.routing.dimension import DimensionGuess, infer_dimension
from acrouter_mcp.text import SCAN_LIMIT
from acrouter_mcp.types import Dimension

FOLDER = Path(__file__).parent


def requests(name: str) -> list[tuple[Dimension, str]]:
    rows = tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
    return [(Dimension(dimension), row["text"]) for dimension, group in rows.items() for row in group]


KNOWN = requests("requests.toml")
UNSEEN = requests("requests_unseen.toml")


def accuracy(rows: list[tuple[Dimension, str]]) -> float:
    return sum(infer_dimension(text).dimension is dimension for dimension, text in rows) / len(rows)


def test_there_are_at_least_twelve_requests_of_each_dimension() -> None:
    counts = {dimension: sum(true is dimension for true, _ in KNOWN) for dimension in Dimension}
    assert min(counts.values()) >= 12


def test_nine_of_ten_known_requests_are_told_right() -> None:
    assert accuracy(KNOWN) >= 0.9


@pytest.mark.parametrize("dimension", list(Dimension))
def test_each_dimension_is_told_right_in_three_of_four_known_requests(dimension: Dimension) -> None:
    assert accuracy([row for row in KNOWN if row[0] is dimension]) >= 0.75


def test_eight_of_ten_unseen_requests_are_told_right() -> None:
    assert len(UNSEEN) >= 100
    assert accuracy(UNSEEN) >= 0.8


@pytest.mark.parametrize("dimension", list(Dimension))
def test_each_dimension_is_told_right_in_half_of_its_unseen_requests(dimension: Dimension) -> None:
    assert accuracy([row for row in UNSEEN if row[0] is dimension]) >= 0.5


def test_confidence_is_about_the_accuracy_on_unseen_requests() -> None:
    guesses = [(infer_dimension(text), true) for true, text in UNSEEN]
    stated = sum(guess.confidence for guess, _ in guesses) / len(guesses)
    assert stated == pytest.approx(accuracy(UNSEEN), abs=0.1)
    sure = [guess.dimension is true for guess, true in guesses if guess.confidence >= 0.8]
    unsure = [guess.dimension is true for guess, true in guesses if guess.confidence < 0.6]
    assert sum(sure) / len(sure) >= 0.9
    assert 0.3 <= sum(unsure) / len(unsure) <= 0.75


def test_nearly_all_tasks_of_the_demonstration_are_told_right() -> None:
    tasks = load_cast()
    assert sum(infer_dimension(task.prompt).dimension is task.dimension for task in tasks) >= len(tasks) - 2


@pytest.mark.parametrize(
    ("text", "dimension"),
    [
        ("add a --json flag to the CLI", Dimension.CODE_GENERATION),
        ("why does this test fail", Dimension.BUG_FIXING),
        ("rename this class everywhere", Dimension.CODE_REFACTORING),
        ("write unit tests for utils.py", Dimension.TEST_GENERATION),
        ("explain this function", Dimension.CODE_UNDERSTANDING),
        ("translate from Java to C#", Dimension.MULTI_LANGUAGE),
        ("fix this GitHub issue in the repo", Dimension.AGENTIC_PROGRAMMING),
        ("plot a histogram of the column age with pandas", Dimension.DATA_SCIENCE),
        ("def area(r: float) -> float:\n    '''Area of a circle.'''\n", Dimension.CODE_COMPLETION),
        ("read n from stdin and print the number of ways, 1 <= n <= 10^5", Dimension.ALGORITHM),
    ],
)
def test_the_plain_requests(text: str, dimension: Dimension) -> None:
    assert infer_dimension(text).dimension is dimension


SPECIFICATION = (
    "`{name}`: {what} An empty list is fine, a negative entry raises ValueError, and the list passed in mustn't be"
    " changed. Entries are `(name, value)` tuples; `value` may be None. Wrong types needn't be checked. Returns a list."
)


@pytest.mark.parametrize("verb", ["Write", "Implement", "Please create", "Can you write", "I'd like you to implement"])
def test_a_routine_that_is_to_be_written_is_no_job_in_a_repository_however_long_its_specification(verb: str) -> None:
    plain = SPECIFICATION.format(name="format_rows(rows)", what="one line of text per entry, aligned in columns.")
    puzzle = SPECIFICATION.format(name="merge(intervals)", what="the fewest intervals that cover all, up to 10^5.")
    assert infer_dimension(f"{verb} {plain}").dimension is Dimension.CODE_GENERATION
    assert infer_dimension(f"{verb} {puzzle}").dimension is Dimension.ALGORITHM


@pytest.mark.parametrize(
    ("text", "dimension"),
    [
        ("In JavaScript, write `groupBy(items, key)`, which returns a Map", Dimension.MULTI_LANGUAGE),
        ("Write `groupBy(items, key)`, which returns a Map", Dimension.CODE_GENERATION),
        ("Write `medians(rows)`, the median per group; missing values are left out", Dimension.DATA_SCIENCE),
        ("Write asserts for `medians(rows)`, the median per group", Dimension.TEST_GENERATION),
        ("`medians(rows)` crashes on an empty list, fix it", Dimension.BUG_FIXING),
        ("Fix the medians in all services, run the test suite and open a PR", Dimension.AGENTIC_PROGRAMMING),
    ],
)
def test_what_is_asked_for_decides_and_not_what_it_is_about(text: str, dimension: Dimension) -> None:
    assert infer_dimension(text).dimension is dimension


def test_an_ask_is_found_at_the_beginning_of_any_sentence_after_politeness() -> None:
    quiet = infer_dimension("the module complete of which we speak")
    asked = infer_dimension("Here is a module. Could you please complete the last line")
    assert quiet.dimension is not Dimension.CODE_COMPLETION
    assert asked.dimension is Dimension.CODE_COMPLETION


ASK = "write unit tests for the parser"
CODE = "def parse(line):\n    key, _, value = line.partition('=')\n    return key, value\n"
LOG = "2026-01-04 10:00:00 ERROR worker failed: KeyError: 'id'\n"


@pytest.mark.parametrize(
    "text",
    [
        f"<system-reminder>Fix the bug in the repository, then open a PR.</system-reminder>\n{ASK}",
        f"{ASK}\n<environment_details>\n# explain\nfix bugs\n</environment_details>",
        f"{ASK}\n\n```python\n{CODE}```\n",
        f"{CODE}\n{ASK}",
        f"{ASK}\n\n" + LOG * 5_000,
        LOG * 5_000 + f"\n{ASK}",
        "lorem ipsum dolor sit amet " * 100_000 + f"\n\n{ASK}",
        ASK.upper(),
    ],
)
def test_the_ask_is_found_beside_what_a_harness_adds(text: str) -> None:
    assert infer_dimension(text).dimension is Dimension.TEST_GENERATION


def test_a_reminder_that_is_never_closed_does_not_swallow_the_ask() -> None:
    assert infer_dimension(f"<system-reminder>\n{ASK}").dimension is Dimension.TEST_GENERATION


def test_the_words_of_code_and_its_comments_are_no_request() -> None:
    code = f"```python\n# write unit tests for this\n# fix the bug below\n{CODE}```"
    assert infer_dimension(f"rename key to name\n{code}").dimension is Dimension.CODE_REFACTORING


def test_what_is_said_outweighs_what_bare_code_suggests() -> None:
    bare = infer_dimension(CODE)
    assert bare.confidence < 0.6
    assert infer_dimension(f"fix this\n\n{CODE}").dimension is Dimension.BUG_FIXING
    assert infer_dimension(f"{CODE}\nexplain").dimension is Dimension.CODE_UNDERSTANDING


def test_the_middle_of_a_text_beyond_the_limit_is_not_read() -> None:
    filler = "x " * SCAN_LIMIT
    assert infer_dimension(filler + "write unit tests for the parser " + filler) == infer_dimension(filler)


def test_without_a_cue_it_is_code_generation_at_low_confidence() -> None:
    guess = infer_dimension("")
    assert guess.dimension is Dimension.CODE_GENERATION
    assert guess.confidence < 0.3
    assert guess.why


def test_more_cues_make_a_guess_surer() -> None:
    hint = infer_dimension("a test")
    plain = infer_dimension("write pytest unit tests with edge cases, coverage 90 %")
    assert plain.dimension is Dimension.TEST_GENERATION
    assert plain.confidence > 0.9 > hint.confidence


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00\x01\x02\xff" * 3_000,
        "\ud800\udfff",
        "\u05ea\u05e7\u05df \u05d0\u05ea \u05d4\u05d1\u05d0\u05d2 " * 500,
        "\u202e fix the bug \u202c",
        "```" * 9_000,
        "\n" * 50_000,
        "write " * 50_000,
        "a" * 50_000,
        "1 <= " * 20_000,
        "import " + "a" * 50_000,
    ],
)
def test_any_text_has_an_answer(text: str) -> None:
    check(infer_dimension(text))


@given(st.text(max_size=400))
def test_arbitrary_text_has_an_answer(text: str) -> None:
    check(infer_dimension(text))
    assert infer_dimension(text) == infer_dimension(text)


def check(guess: DimensionGuess) -> None:
    assert guess.dimension in Dimension
    assert 0.0 < guess.confidence <= 1.0
    assert guess.why
