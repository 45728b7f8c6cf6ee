"""TypeScript: its types are erased here, whatever the Node."""

# ruff: noqa: E501 - solutions and tests as they are written
from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from acrouter_mcp import types
from acrouter_mcp.verification.languages import grammar
from acrouter_mcp.verification.languages.erase import erased

pytestmark = pytest.mark.anyio
Speak = Callable[..., Awaitable[types.Verdict]]
LANGUAGE = "typescript"

EVERYTHING = """
import type { Other } from './types';
import { type Shape, area, Unused } from './shapes';
export type { Other };
export interface Named<T = string> { readonly name: T; greet?(x: number): void }
declare const GLOBAL: string;
declare module 'x' { export const y: number }
export enum Color { Red, Green = 5, Blue, Name = 'name', Both = Red | Green }
const enum Small { A = 1 << 2 }
namespace Tools { export const twice = (n: number): number => n * 2; export function one(): 1 { return 1 } }
abstract class Base<T> implements Named<T> {
  declare hidden: number;
  static count: number = 0;
  private readonly secret!: string;
  constructor(public readonly name: T, protected size = 3, other?: number) { Base.count++ }
  abstract act(): void;
  get first(): T | undefined { return this.name as unknown as T }
  over(x: number): string;
  over(x: string): string;
  over(this: Base<T>, x: any): string { return String(x)! }
  [key: string]: unknown;
}
class Child extends Base<string> {
  constructor(private extra: number) { super('child'); this.extra += 1 }
  override act(): asserts this is Child {}
  async *gen<U>(...xs: U[]): AsyncGenerator<U> { yield* xs }
  sum(): number { return this.extra + this.size }
}
const identity = <T,>(x: T): T => x;
function isString(x: unknown): x is string { return typeof x === 'string' }
const tuple: [a: number, b?: string] = [1] satisfies unknown[];
const generic = identity<Map<string, number[]>>(new Map<string, number[]>());
const shape: Shape = { w: 2 } as Shape, sure = shape!.w!;
let later!: number;
for (const x of [1, 2] as const) later = x;
export const result = { color: Color.Both, name: Color[5], small: Small.A, tools: Tools.twice(2) + Tools.one(),
  child: new Child(1).sum(), count: Base.count, later, area: area(shape), str: isString('a'), opt: (a?: number) => a ?? 1 };
export default identity;
"""
SHAPES = "export interface Shape { w: number }\nexport interface Unused {}\nexport function area(s: Shape): number { return s.w * s.w }\n"
TESTS = """
import { describe, it, expect } from 'vitest';
import identity, { result, Color } from '../src/everything';
import type { Named } from '../src/everything';
describe('all of it', () => {
  it('is what the compiler would have made', () => {
    const { opt, ...rest } = result as any;
    expect(rest).toEqual({ color: 5, name: 'Both', small: 4, tools: 5, child: 5, count: 1, later: 2, area: 4, str: true });
    expect(Color.Name).toBe('name');
    expect(opt()).toBe(1);
  });
  it('is generic', () => { const n: Named = { name: 'x' }; expect(identity<string>(n.name)).toBe('x'); });
});
"""


def test_types_become_spaces() -> None:
    made = erased(EVERYTHING)
    assert not grammar.parse("javascript", made).root_node.has_error, grammar.syntax_error(
        grammar.parse("javascript", made)
    )
    assert made.count("\n") == EVERYTHING.count("\n")


async def test_all_that_types_come_with(speak: Speak) -> None:
    files = {"src/everything.ts": EVERYTHING, "src/shapes.ts": SHAPES, "src/types.ts": "export type Other = 1;\n"}
    verdict = await speak(files, TESTS)
    assert (verdict.verdict, verdict.tests.passed, verdict.integrity) == ("pass", 2, "split"), verdict
    wrong = await speak({**files, "src/shapes.ts": SHAPES.replace("s.w * s.w", "s.w + 1")}, TESTS)
    assert (wrong.verdict, wrong.tests.failed) == ("fail", 1), wrong


async def test_one_file(speak: Speak) -> None:
    solution = "export function add(a: number, b: number): number {\n  return a + b;\n}\n"
    tests = "import assert from 'node:assert';\nimport { add } from './solution';\nconst n: number = add(1, 2);\nassert.equal(n, 3);\n"
    assert (await speak(solution, tests, entry_point="add")).verdict == "pass"
    bad = await speak(solution.replace("+", "*"), tests)
    assert bad.verdict == "fail"
    assert "expected 3, got 2 (tests.ts line 4" in bad.reason


async def test_markup_is_left_to_the_workspace(speak: Speak) -> None:
    verdict = await speak({"App.tsx": "export const App = () => <b>hi</b>;\n"}, "it('x', () => { expect(1).toBe(1) });")
    assert verdict.verdict == "unsure"
    assert "JSX" in verdict.reason
