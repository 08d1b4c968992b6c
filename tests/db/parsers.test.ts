import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { instant } from "../../src/kernel/clock.ts";
import { instantParameter, type Reader, sql, withReader } from "../../src/platform/db/index.ts";
import { parseTimestamp } from "../../src/platform/db/parsers.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";

let clone: TestDatabase;
beforeAll(async () => {
  clone = await openTestDatabase();
});
afterAll(() => clone.close());

const reading = <T>(work: (reader: Reader) => Promise<T>): Promise<T> => withReader(clone.database, { role: "stoa_read" }, work);

const noon = instant(Date.UTC(2026, 10, 22, 12, 0, 0, 123));
const uuid = "01936f6e-7c00-7000-8000-000000000001";

describe("values", () => {
  test("come back as the types that the code works with", async () => {
    const rows = await reading((reader) =>
      reader.query(sql<Record<string, unknown>>`
        select 9007199254740993::bigint as int8, 2000000000 as int4, '{9007199254740993,null}'::bigint[] as int8s, ${instantParameter(noon)}::timestamptz as at,
               array[${instantParameter(noon)}::timestamptz] as ats, date '2026-11-22' as day, ${uuid}::uuid as id, '\x00ff'::bytea as bytes,
               '{"a":[1]}'::jsonb as document, 1.10::numeric as exact, true as flag, null::bigint as nothing`),
    );
    expect(rows).toEqual([
      {
        int8: 9_007_199_254_740_993n,
        int4: 2_000_000_000,
        int8s: [9_007_199_254_740_993n, null],
        at: noon,
        ats: [noon],
        day: "2026-11-22",
        id: uuid,
        bytes: Buffer.from([0, 255]),
        document: { a: [1] },
        exact: "1.10",
        flag: true,
        nothing: null,
      },
    ]);
  });

  test("go in as parameters: big integers, bytes, lists, and texts that look like SQL or arrays", async () => {
    const texts = ['a "quoted"', "back\\slash", "{1,2}", "NULL", ""];
    const bytes = Buffer.from([0, 92, 255]);
    const rows = await reading((reader) =>
      reader.query(sql<Record<string, unknown>>`
        select ${2n ** 62n}::bigint as big, ${[1n, 2n ** 62n]}::bigint[] as bigs, ${bytes}::bytea as bytes, ${[bytes]}::bytea[] as lists,
               ${texts}::text[] as texts, ${[null, "x"]}::text[] as gaps`),
    );
    expect(rows).toEqual([{ big: 2n ** 62n, bigs: [1n, 2n ** 62n], bytes, lists: [bytes], texts, gaps: [null, "x"] }]);
  });

  test("that are moments are refused as a plain number", async () => {
    await expect(reading((reader) => reader.query(sql<{ at: number }>`select ${noon}::timestamptz as at`))).rejects.toMatchObject({
      code: /^22/,
    });
  });

  test.each([
    ["2026-11-22 12:00:00+00", Date.UTC(2026, 10, 22, 12)],
    ["2026-11-22 13:00:00.1+01", Date.UTC(2026, 10, 22, 12, 0, 0, 100)],
    ["2026-11-22 17:30:00.123999+05:30", Date.UTC(2026, 10, 22, 12, 0, 0, 123)],
    ["1883-11-18 07:03:58-04:56:02", Date.UTC(1883, 10, 18, 12)],
  ])("%s is a moment in any zone", (text, millis) => {
    expect(parseTimestamp(text)).toBe(millis);
  });

  test.each(["infinity", "-infinity", "0044-03-15 12:00:00+00 BC", "2026-11-22"])("%s is none", (text) => {
    expect(() => parseTimestamp(text)).toThrow(`not a moment: ${text}`);
  });
});
