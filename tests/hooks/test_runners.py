from __future__ import annotations

import pytest

from acrouter_mcp.hooks.runners import is_test, verdict

TESTS = """
pytest -q
python3 -m unittest -q
cd . && python -m pytest x
npm test
npm run test:unit -- --watch=false
npm run test:e2e
uv run pytest -x
uv run --with foo pytest
uv run -m pytest
poetry run python -m pytest
CI=1 yarn test
pnpm -r test
go test ./...
cargo test --all
cargo nextest run
./gradlew :app:test
gradle check
mvn -q test
make test
make -C sub check
dotnet test
bundle exec rspec spec/x
bash -c 'cd x && pytest -q'
timeout 60 pytest -q 2>&1 | tail -5
docker compose exec web pytest -q
.venv/bin/pytest
.venv/bin/python3.12 -m pytest
./node_modules/.bin/jest
npx vitest run
node --test
./scripts/test.sh
python tests/run_tests.py
python3 test_calc.py
python manage.py test
coverage run -m pytest
ctest --output-on-failure
mix test
phpunit
vendor/bin/phpunit
./vendor/bin/pest
swift test
bin/rails test
deno test -A
bun test
tox -e py311
python -m doctest x.py
sh test.sh
rake test
just test
bazel test //...
(cd a; pytest)
set -o pipefail; pytest | tee log
xcodebuild -scheme A test
sbt test
julia --project -e 'using Pkg; Pkg.test()'
nx run app:test
dune runtest
prove -l t/
zig build test
flutter test
""".strip().splitlines()
OTHERS = """
cat test_x.py
grep -rn test .
pip install pytest
ls tests
git checkout tests
which pytest
pytest --version
pytest --collect-only
sed -i s/a/b/ tests/test_a.py
echo test
mkdir test
test -f x
vim test.py
git commit -m 'add tests'
npm install jest
python -c 'import test'
rm -rf tests
make build
cargo build
cp good.txt calc.py
head -5 spec.md
go vet ./...
find . -name '*test*'
python setup.py build
tsc --noEmit
docker ps
git log -- tests
npm run build
ruff check .
pytest 'unclosed
""".strip().splitlines()


@pytest.mark.parametrize("line", TESTS)
def test_a_run_of_tests_is_known(line: str) -> None:
    assert is_test(line)


@pytest.mark.parametrize("line", OTHERS[:-1])
def test_what_only_mentions_tests_is_none(line: str) -> None:
    assert not is_test(line)


def test_an_unclosed_quote_is_survived() -> None:
    is_test(OTHERS[-1])


def test_further_commands_can_be_named() -> None:
    assert not is_test("./ci.sh --all")
    assert is_test("cd x && ./ci.sh --all", ("./ci.sh",))
    assert verdict("./ci.sh --all", 1, own=("./ci.sh",)) is False
    assert not is_test("./ci.shell", ("./ci.sh",))


@pytest.mark.parametrize(
    ("line", "status", "output", "expected"),
    [
        ("pytest -q", 0, "", True),
        ("pytest -q", 1, "", False),
        ("cd x && pytest", 1, "", False),
        ("pytest && echo ok", 0, "", True),
        ("pytest && git commit", 1, "", None),
        ("pytest | tail -3", 0, "1 failed, 2 passed in 0.1s", False),
        ("pytest | tail -3", 0, "3 passed in 0.1s", True),
        ("pytest | tail", 0, "", None),
        ("pytest; git status", 0, "", None),
        ("pytest || true", 0, "", None),
        ("! pytest", 0, "", None),
        ("pytest &", 0, "", None),
        ("pytest", 5, "", None),
        ("pytest", 127, "", None),
        ("pytest", 137, "", None),
        ("set -o pipefail; pytest | tee x", 1, "", False),
        ("python3 -m unittest 2>&1 | tail -3; git status", 0, "Ran 1 test in 0.000s\n\nOK\n M calc.py", True),
        ("python3 -m unittest 2>&1 | tail -3", 0, "Ran 1 test\n\nFAILED (failures=1)", False),
        ("pytest", None, "2 passed in 1s", True),
        ("pytest", None, "", None),
        ("go test ./... 2>&1 | tail", 0, "ok  \tx/y\t0.01s\nFAIL\tx/z 0.1s", False),
        ("go test ./... 2>&1 | tail", 0, "ok  \tx/y\t0.01s", True),
        ("cargo test 2>&1 | tail", 0, "test result: ok. 3 passed", True),
        ("npm test; echo $?", 0, "Tests:       1 failed, 3 passed, 4 total", False),
        ("pytest a; pytest b", 0, "", True),
        ("git status", 0, "3 passed", None),
    ],
)
def test_green_red_or_neither(line: str, status: int | None, output: str, expected: bool | None) -> None:
    assert verdict(line, status, output) is expected
