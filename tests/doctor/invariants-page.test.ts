import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { invariants } from "../../src/views/doctor/index.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";

type Row = { number: string; sentence: string; guards: string[]; query: string[]; code: string[]; tests: string[] };

const quoted = (cell: string | undefined): string[] => [...(cell ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? "");

/** The table of the page, a row for each number. */
function rowsOf(page: string): readonly Row[] {
  return page
    .split("\n")
    .filter((line) => /^\| [A-Z]\d+ \|/.test(line))
    .map((line) => {
      const [number = "", sentence = "", guards, query, code, tests] = line
        .split("|")
        .slice(1)
        .map((cell) => cell.trim());
      return { number, sentence, guards: quoted(guards), query: quoted(query), code: quoted(code), tests: quoted(tests) };
    });
}

describe("docs/invariants.md", () => {
  let test: TestDatabase;
  let rows: readonly Row[];
  beforeAll(async () => {
    test = await openTestDatabase();
    rows = rowsOf(await readFile("docs/invariants.md", "utf8"));
  });
  afterAll(() => test.close());

  it("has the numbers and sentences that doctor checks", () => {
    expect(rows.map(({ number, sentence }) => ({ number, sentence }))).toEqual(
      invariants.map(({ number, sentence }) => ({ number, sentence })),
    );
  });

  it("names guards that the schema has", async () => {
    const there = await test.owner<{ name: string }>(
      `select conname::text as name from pg_constraint where connamespace = 'public'::regnamespace
       union select tgname from pg_trigger where not tgisinternal
       union select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'i'`,
    );
    const names = new Set(there.map(({ name }) => name));
    const guards = rows.flatMap((row) => row.guards);
    expect(guards.length).toBeGreaterThan(30);
    expect(guards.filter((guard) => !names.has(guard))).toEqual([]);
  });

  it("names files that there are, and the query, the code and a test of each number", () => {
    for (const { number, query, code, tests } of rows) {
      expect(
        [...query, ...code, ...tests].filter((file) => !existsSync(file)),
        number,
      ).toEqual([]);
      expect([query.length, code.length > 0, tests.length > 0], number).toEqual([1, true, true]);
      expect(
        tests.filter((file) => !file.endsWith(".test.ts")),
        number,
      ).toEqual([]);
    }
  });

  it("has each number's query in the file that it says", async () => {
    for (const { number, query } of rows) {
      expect(await readFile(query[0] ?? "", "utf8"), number).toContain(`number: "${number}"`);
    }
  });
});
