# Sourced before tests written for bash; `ACR` stands for a prefix that is new in each run.
read -r ACR_nonce ACR_fd
ACR_trace="${TMPDIR:-/tmp}/ACR.trace"
ACR_said="${TMPDIR:-/tmp}/ACR.said"
exec {ACR_xtrace}>>"$ACR_trace"

ACR_quote() {
  local text="${1:0:1500}"
  text="${text//\\/\\\\}"
  text="${text//\"/\\\"}"
  text="${text//$'\n'/\\n}"
  text="${text//$'\t'/ }"
  ACR_quoted="\"${text//[[:cntrl:]]/?}\""
}

ACR_tell() {
  builtin printf '{"nonce":"%s",%s}\n' "$ACR_nonce" "$1" >&"$ACR_fd"
}

ACR_begin() {
  ACR_quote "$1"
  ACR_name="$ACR_quoted"
  : >"$ACR_trace"
  ACR_tell "\"kind\":\"begin\",\"name\":$ACR_name"
}

ACR_end() {
  local outcome=passed message=
  if [ "$1" -ne 0 ]; then
    outcome=failed
    message="$(grep -E "^\+* *(\[\[? |'\[' |test |\(\( )" "$ACR_trace" | tail -n 1 | sed "s/^+* *//; s/'\['/[/; s/ '\]'$/ ]/")"
    local said="$(tail -c 400 "$ACR_said" 2>/dev/null)"
    message="${message:+it came to $message}${message:+${said:+; }}$said"
    message="${message:-it ended with status $1}${2:+ ($2)}"
  fi
  ACR_quote "$message"
  ACR_tell "\"kind\":\"test\",\"name\":$ACR_name,\"outcome\":\"$outcome\",\"message\":$ACR_quoted,\"environment\":null"
}

# bats' words
run() {
  case "$1" in --separate-stderr | -[0-9]* | '!') shift ;; esac
  output="$("$@" 2>&1)" && status=0 || status=$?
  lines=()
  [ -z "$output" ] || mapfile -t lines <<<"$output"
  return 0
}
load() { :; }
skip() { builtin exit 77; }
fail() { echo "${*:-failed}" >&2; return 1; }
assert() { "$@" || fail "false: $*"; }
refute() { ! "$@" || fail "true: $*"; }
assert_equal() { [ "$1" = "$2" ] || fail "expected '$2', got '$1'"; }
assert_success() { [ "$status" -eq 0 ] || fail "expected status 0, got $status: $output"; }
assert_failure() { if [ -n "$1" ]; then [ "$status" -eq "$1" ]; else [ "$status" -ne 0 ]; fi || fail "expected a failure, got status $status: $output"; }
assert_output() {
  case "$1" in
    --partial | -p) [[ "$output" == *"$2"* ]] || fail "expected output with '$2', got '$output'" ;;
    --regexp | -e) [[ "$output" =~ $2 ]] || fail "expected output like '$2', got '$output'" ;;
    *) [ "$output" = "$1" ] || fail "expected output '$1', got '$output'" ;;
  esac
}
assert_line() {
  local line
  if [ "$1" = --index ]; then assert_equal "${lines[$2]}" "$3"; return; fi
  for line in "${lines[@]}"; do [ "$line" != "$1" ] || return 0; done
  fail "expected a line '$1', got '$output'"
}
# shunit2's
assertEquals() { [ $# -lt 3 ] || shift; [ "$1" = "$2" ] || fail "expected '$1', got '$2'"; }
assertNotEquals() { [ $# -lt 3 ] || shift; [ "$1" != "$2" ] || fail "expected anything but '$1'"; }
assertTrue() { [ $# -lt 2 ] || shift; if [ "$1" = 0 ] || { [[ ! "$1" =~ ^[0-9]+$ ]] && eval "$1"; }; then :; else fail "expected true: $1"; fi; }
assertFalse() { [ $# -lt 2 ] || shift; if [ "$1" = 0 ] || { [[ ! "$1" =~ ^[0-9]+$ ]] && eval "$1"; }; then fail "expected false: $1"; fi; }
assertNull() { [ $# -lt 2 ] || shift; [ -z "$1" ] || fail "expected nothing, got '$1'"; }
assertNotNull() { [ $# -lt 2 ] || shift; [ -n "$1" ] || fail "expected something, got nothing"; }
assertContains() { [ $# -lt 3 ] || shift; [[ "$1" == *"$2"* ]] || fail "expected '$1' to contain '$2'"; }
BATS_TEST_DIRNAME="$PWD"
BATS_TMPDIR="${TMPDIR:-/tmp}"
BATS_TEST_TMPDIR="$BATS_TMPDIR"
