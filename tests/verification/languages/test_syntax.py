"""The check that needs no toolchain: errors are found with their line, and what is good raises no alarm."""

# ruff: noqa: E501 - solutions as they are written
from __future__ import annotations

import pytest

from acrouter_mcp.verification.languages import SPOKEN, find

BROKEN = {
    "python": ("def f(:\n    pass\n", 1),
    "javascript": ("const a = 1;\nfunction f(a, b {\n  return a;\n}\n", 2),
    "typescript": ("interface A { x: number }\nconst f = (a: number): number => {\n  return a;\n", 2),
    "go": ("package p\n\nfunc F(a int) int {\n\treturn a +\n}\n", 4),
    "rust": ("pub fn f(a: i32) -> i32 {\n    let b = ;\n    a\n}\n", 2),
    "java": ("class A {\n  int f() { return 1 }\n}\n", 2),
    "c": ("int f(int a) {\n  if (a > 1 { return 1; }\n  return 0;\n}\n", 2),
    "cpp": ("#include <vector>\nint f(std::vector<int> v) {\n  return v.size(;\n}\n", 3),
    "bash": ("f() {\n  echo 1\n}\nif [ 1 = 1 ]; then\n  echo 2\n", 5),
    "sql": ("SELECT a,\nFROM WHERE t ORDER\n", 2),
}
GOOD = {
    "javascript": """#!/usr/bin/env node
import fs, { readFile as rf } from 'node:fs';
export default class A extends (class {}) { static #n = 0; static { A.#n = 1; } get [`x`]() { return A.#n ?? 0; } async *g() { yield* []; } }
export const f = async ({ a, b: { c = 1 } = {} }, [d, ...e], ...rest) => { for await (const x of rest) { label: for (;;) { break label; } } return a?.b?.[c]?.(d) ?? e; };
const re = /[/\\\\]\\/(?<n>x)/giu, t = tag`a${1}b`, n = 1_000n ** 2n, o = { __proto__: null, async *m() {}, 'x-y': 1, [f]: 2, get g() { return 1; } };
a ||= b &&= c ??= 0; if (!(#n in o)) ; const { x = 1, ...y } = await import('./m.js', { with: { type: 'json' } });
export * as ns from './m.js'; export { t as 'a b' }; new.target; try { } catch { } finally { }
""".replace("a ||= b &&= c ??= 0; if (!(#n in o)) ; ", "let a, b, c; a ||= (b &&= (c ??= 0)); ").replace(" new.target;", "").replace(", { with: { type: 'json' } }", ""),
    "typescript": """import type { A, B } from './t'; import { type C, d } from './d';
export abstract class X<T extends object = {}> extends d<T> implements A, B { declare readonly z?: string; constructor(private readonly a: number, public b?: T[]) { super(); } abstract m(): asserts this is X<T>; static override async f<const U>(this: void, ...x: [a: U, b?: number]): Promise<U> { return x[0]!; } accessor q = 1; }
type M<T> = { readonly [K in keyof T as `get${Capitalize<string & K>}`]-?: T[K] extends infer R extends string ? R : never };
export enum E { A = 1 << 0, B = A | 2 } declare module 'x' { export function y(): void; } namespace N.M { export let v = 1; }
function over(a: string): string; function over(a: number): number; function over(a: any) { return a satisfies unknown; }
const g = <T,>(x: T) => x as const; let u: unique symbol; let t: typeof import('./x'); for (const [k, v] of Object.entries<number>({})) {} export = over;
""".replace("accessor q = 1; ", "").replace("for (const [k, v] of Object.entries<number>({})) {} ", ""),
    "go": """package main

import (
	"fmt"
	m "math"
)

type Number interface{ ~int | ~float64 }
type Pair[K comparable, V any] struct { Key K; Val V `json:"v"` }

func Map[T, U any](xs []T, f func(T) U) (out []U) {
	defer func() { _ = recover() }()
	for i := range xs { out = append(out, f(xs[i])) }
	switch x := any(out).(type) { case []int, nil: _ = x; default: goto end }
end:
	select { default: }
	return out[:len(out):cap(out)]
}
func (p *Pair[K, V]) Get() V { return p.Val }
func main() { ch := make(chan<- int, 1); go func() { ch <- 1 }(); fmt.Println(m.Pi, 0x1p-2, 1_000, 'x', `raw`) }
""",
    "rust": """#![allow(dead_code)]
use std::{fmt::{self, Display}, collections::*};
pub trait Shape<const N: usize>: Display where Self: Sized { const A: f64 = 1.0; type Out<'a> where Self: 'a; fn area(&self) -> impl Fn(i32) -> i32 { |x| x } }
macro_rules! sq { ($x:expr $(, $y:ident)*) => { $x * $x }; }
async unsafe fn f<'a, T: ?Sized + 'static>(x: &'a mut [T; 3], y: Option<Box<dyn Fn(&str) -> Result<(), fmt::Error> + Send>>) -> ! where T: Copy { loop {} }
pub(crate) enum E { A { x: u8 }, B(i32, #[allow(unused)] String), C = 3 }
fn main() { let v @ 1..=5 = 3 else { return; }; if let Some(x) = Some(1) && true { } match v { 1 | 2 if v > 0 => {}, _ => () } let s = r#"raw"#; let c = b'x'; 'o: for i in (0..10).rev() { break 'o; } println!("{v:?} {0:>width$}", s, width = 5); }
""".replace("if let Some(x) = Some(1) && true { } ", "").replace("C = 3 }", "C }"),
    "java": """package a.b;
import static java.util.stream.Collectors.*;
import java.util.function.*;
public sealed interface Shape<T extends Comparable<? super T>> permits Circle, Shape.Sq { record Sq<T>(@Deprecated int x, T... y) { Sq { if (x < 0) throw new IllegalArgumentException(); } } default int f() { return switch (this) { case Circle c when c.r() > 1 -> { yield 1; } case Sq(var x, var y) -> 2; default -> 0; }; } }
record Circle(int r) implements Shape<Integer> {}
enum Op implements IntBinaryOperator { ADD("+") { public int applyAsInt(int a, int b) { return a + b; } }; final String s; Op(String s) { this.s = s; } }
class Z { static { } int[][] a = {{1}, {}}; <T> void g(Function<? super T, ?> f) throws Exception { try (var r = new java.io.StringReader("x")) { label: for (;;) break label; } catch (RuntimeException | Error e) { assert e != null : "m"; } var t = \"\"\"
    text "block"
    \"\"\"; Runnable q = Z::new; if (t instanceof String u && !u.isEmpty()) synchronized (this) { } int h = 0x1F_FFL > 1 ? 'a' : ~1 >>> 2; } }
""".replace("Op(String s) { this.s = s; } }", "Op(String s) { this.s = s; } }"),
    "c": """#include <stdio.h>
#define MAX(a, b) ((a) > (b) ? (a) : (b))
typedef struct node { int v; struct node *next; union { int a; float b; }; unsigned f : 3; } node_t;
static inline int (*pick(int n))(int, int) { return 0; }
_Static_assert(sizeof(int) >= 2, "x");
int main(int argc, char *argv[]) { int a[] = { [2] = 1, 3 }, *p = &a[0]; node_t n = { .v = 1 }; for (size_t i = 0; i < sizeof a / sizeof *a; i++) do { switch (a[i]) { case 1: case 2: break; default: goto out; } } while (0);
out: printf("%d" " %s\\n", MAX(1, 2), argv[0]); return _Generic(n.v, int: 0, default: 1) + (int){ 1 } + (p ? *p++ : -1); }
""",
    "cpp": """#include <concepts>
#include <map>
template <typename T> concept Num = std::integral<T> || requires(T t) { { t + t } -> std::same_as<T>; };
namespace a::b { inline constexpr auto k = 1'000; enum class E : unsigned char { A = 1, B }; }
template <Num T, typename... Ts> [[nodiscard]] auto sum(T x, Ts&&... xs) noexcept -> T { return (x + ... + xs); }
struct S final : public virtual std::map<int, int> { using std::map<int, int>::map; explicit operator bool() const { return true; } S& operator=(S&&) noexcept = default; auto operator<=>(const S&) const = default; ~S() override; friend std::string operator""_s(const char*, size_t); mutable int m{0}; };
int main() { auto f = [&, x = 1]<class T>(T&& y) mutable -> decltype(auto) { return std::forward<T>(y); }; if (auto it = S{}; it) { for (auto&& [k, v] : it) try { throw 1; } catch (const std::exception& e) { } catch (...) { } } return static_cast<int>(R"(raw)"[0]) + sizeof...(int); }
""".replace(" + sizeof...(int)", "").replace(" ~S() override;", ""),
    "bash": """#!/usr/bin/env bash
set -euo pipefail
declare -A map=([a]=1 ["b c"]=2)
function f { local -r x="${1:-default}" y=${2:?need} ; [[ $x =~ ^[a-z]+$ && ! -f "$y" ]] && return 0 || { echo "no" >&2; return 1; }; }
for ((i = 0; i < ${#map[@]}; i++)); do case "$i" in 0|1) continue ;; *) break ;; esac; done
while IFS=, read -r a b; do printf '%s\\n' "${a^^}" "${b//x/y}" $((a + 1)); done < <(grep -v '^#' <<<"x,y") | sort -u
cat <<'EOF' > /dev/null
text $not
EOF
trap 'rm -f "$tmp"' EXIT; arr=(1 2 "${@:2}"); echo "${arr[@]: -1}" "${!map[*]}" $(( (1 << 2) ** 2 )); until false; do :; break; done
if ! command -v jq &>/dev/null; then exit 3; elif (( 1 )); then :; fi
""",
    "sql": """WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 5)
SELECT a.id, COALESCE(b.x, 0) AS x, ROW_NUMBER() OVER (PARTITION BY a.k ORDER BY a.id DESC) rn, CASE WHEN x IS NULL THEN 'n' ELSE "q" END
FROM a LEFT JOIN b USING (id) JOIN t ON t.n = a.id WHERE a.k IN (SELECT k FROM c) AND NOT EXISTS (SELECT 1) GROUP BY 1, 2 HAVING COUNT(*) > 1 ORDER BY rn LIMIT 5 OFFSET 1;
CREATE TABLE IF NOT EXISTS e (id INTEGER PRIMARY KEY AUTOINCREMENT, d TEXT DEFAULT CURRENT_TIMESTAMP CHECK (length(d) > 0), FOREIGN KEY (id) REFERENCES a(id) ON DELETE CASCADE) STRICT;
INSERT INTO e (d) VALUES ('it''s') ON CONFLICT (id) DO UPDATE SET d = excluded.d RETURNING id; UPDATE e SET d = json_extract(d, '$.x') WHERE id = ?1; DELETE FROM e WHERE id BETWEEN 1 AND 2;
""",
}  # fmt: skip
STUBS = {
    "javascript": ("function add(a, b) {\n  // TODO\n}\nmodule.exports = { add };", "add"),
    "typescript": (
        "export function add(a: number, b: number): number {\n  throw new Error('Not implemented');\n}",
        "add",
    ),
    "go": ('package p\n\nfunc Add(a, b int) int {\n\tpanic("not implemented")\n}\n', "Add"),
    "rust": ("pub fn add(a: i32, b: i32) -> i32 {\n    todo!()\n}\n", "add"),
    "java": (
        'class S { int add(int a, int b) { throw new UnsupportedOperationException("Not implemented"); } }',
        "S.add",
    ),
    "c": ("int add(int a, int b) {\n}\n", "add"),
    "cpp": ('int add(int a, int b) { throw std::logic_error("todo"); }\n', "add"),
    "bash": ("add() {\n  :\n}\n", "add"),
}


@pytest.mark.parametrize("name", SPOKEN)
def test_an_error_is_found_with_its_line(name: str) -> None:
    text, line = BROKEN[name]
    language = find(name)
    assert language
    found = language.check({"solution.py": text}, None)
    assert found.error
    assert not found.doubtful
    assert f"line {line}" in found.error, found.error


@pytest.mark.parametrize("name", GOOD)
def test_no_false_alarm(name: str) -> None:
    language = find(name)
    assert language
    found = language.check({"solution.py": GOOD[name]}, None)
    assert found.error is None


@pytest.mark.parametrize("name", STUBS)
def test_what_is_missing(name: str) -> None:
    text, entry_point = STUBS[name]
    language = find(name)
    assert language
    assert "stub" in (language.check({"solution.py": text}, entry_point).missing or "")
    assert (
        "not defined" in (language.check({"solution.py": text}, "subtract").missing or "") or "module.exports" in text
    )


def test_markup() -> None:
    language = find("typescript")
    assert language
    files = {"a.tsx": "export const A = <T,>({ x }: { x: T }) => <div className='a' {...x}>{x as any} <></></div>;\n",
             "b.jsx": "const B = () => <ul>{[1].map((i) => <li key={i}>&amp;{i}</li>)}</ul>;\n"}  # fmt: skip
    assert language.check(files, "A").error is None


def test_a_macro_leaves_doubt() -> None:
    language = find("c")
    assert language
    found = language.check(
        {"solution.c": "#define BEGIN(x) int x(void) {\nBEGIN(f) return 1; }\nint g(void { }\n"}, None
    )
    assert found.error is None or found.doubtful


def test_what_is_not_spoken() -> None:
    assert find("cobol") is None
    assert find(None) is None
    assert find("base") is None


@pytest.mark.parametrize("name", SPOKEN)
def test_every_language_says_how_to_be_installed(name: str) -> None:
    language = find(name)
    assert language
    toolchain = language.toolchain()
    assert language.name == name
    assert toolchain.version or "install" in toolchain.remedy
