import { createHash } from "node:crypto";
import type { LockKind } from "./lock-order.ts";

declare const rowBrand: unique symbol;

/**
 * What a statement may carry beside its text. A moment travels as `instantParameter(at)`, a JSON document as `JSON.stringify(…)`,
 * money and ids as they are. A statement is no parameter: SQL is written whole and never assembled.
 */
export type Parameter = string | number | bigint | boolean | Buffer | null | readonly Parameter[];

/**
 * One whole SQL statement with its parameters apart. `Row` is what a row of its answer looks like: checked against the database by
 * the check `sql`, `void` when nothing is read. `name` is the same for the same text, for prepared statements and for counting.
 */
export type Statement<Row = unknown> = {
  readonly text: string;
  readonly values: readonly Parameter[];
  readonly name: string;
  readonly lock: LockKind | undefined;
  readonly [rowBrand]?: Row;
};

/** The rows that each of several statements answers with, in their order. */
export type Answers<Statements extends readonly Statement[]> = {
  readonly [Index in keyof Statements]: Statements[Index] extends Statement<infer Row> ? readonly Row[] : never;
};

type Source = { readonly text: string; readonly name: string };

// One entry for each place in the code that holds a statement.
const sources = new WeakMap<TemplateStringsArray, Source>();

function sourceOf(strings: TemplateStringsArray): Source {
  const known = sources.get(strings);
  if (known !== undefined) return known;
  // Raw: a backslash in the code is a backslash in the statement, as the check `sql` reads it too.
  const text = strings.raw.reduce((before, part, index) => `${before}$${index}${part}`).trim();
  const source = { text, name: `stoa_${createHash("sha256").update(text).digest("base64url").slice(0, 22)}` };
  sources.set(strings, source);
  return source;
}

/**
 * A statement as a tagged template: sql<{ order_id: string }>`select order_id from orders where seller_id = ${sellerId}`.
 * Every `${…}` is a parameter and never text.
 */
export function sql<Row = void>(strings: TemplateStringsArray, ...values: readonly Parameter[]): Statement<Row> {
  return { ...sourceOf(strings), values, lock: undefined };
}

/** Marks a statement as one that locks rows of this kind, so that the one global order of locks can be asserted. */
export function locking<Row>(kind: LockKind, statement: Statement<Row>): Statement<Row> {
  return { ...statement, lock: kind };
}
