import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { hashKey, hashStrangersKey, parseIdempotencyKey } from "./key.ts";

const malformed = { ok: false, code: "idempotency-key-malformed" };

describe("an idempotency key", () => {
  test("is the same key quoted and bare", () => {
    expect(parseIdempotencyKey('"8e03978e-40d5"')).toEqual({ ok: true, key: "8e03978e-40d5" });
    expect(parseIdempotencyKey("8e03978e-40d5")).toEqual({ ok: true, key: "8e03978e-40d5" });
  });

  test("may hold a quote and a backslash, escaped when it is quoted", () => {
    expect(parseIdempotencyKey(String.raw`"a\"b\\c"`)).toEqual({ ok: true, key: String.raw`a"b\c` });
    expect(parseIdempotencyKey(String.raw`a"b\c`)).toEqual({ ok: true, key: String.raw`a"b\c` });
  });

  test("is missing when there is no header", () => {
    expect(parseIdempotencyKey(undefined)).toEqual({ ok: false, code: "idempotency-key-missing" });
    expect(parseIdempotencyKey([])).toEqual({ ok: false, code: "idempotency-key-missing" });
  });

  test("has 1 to 255 characters", () => {
    expect(parseIdempotencyKey("k".repeat(255))).toEqual({ ok: true, key: "k".repeat(255) });
    expect(parseIdempotencyKey(`"${"k".repeat(255)}"`)).toEqual({ ok: true, key: "k".repeat(255) });
    for (const header of ["k".repeat(256), `"${"k".repeat(256)}"`, "", '""', "   "]) expect(parseIdempotencyKey(header)).toEqual(malformed);
  });

  test("is visible ASCII only", () => {
    for (const header of ["a b", '"a b"', "a\tb", "a\u0000b", "schlüssel", "a\u007f"])
      expect(parseIdempotencyKey(header)).toEqual(malformed);
  });

  test("is malformed when its quotes do not close, or something stands behind them", () => {
    for (const header of ['"abc', '"', '"a"b"', '"abc";v=1', String.raw`"a\b"`, String.raw`"abc\"`]) {
      expect(parseIdempotencyKey(header)).toEqual(malformed);
    }
  });

  test("is malformed when the header comes twice, as the server joins it or as a list", () => {
    expect(parseIdempotencyKey("one, two")).toEqual(malformed);
    expect(parseIdempotencyKey(["one", "one"])).toEqual(malformed);
    expect(parseIdempotencyKey(["one"])).toEqual({ ok: true, key: "one" });
  });

  test("is kept as its sha256", () => {
    expect(hashKey("abc")).toEqual(createHash("sha256").update("abc").digest());
  });

  test("of a stranger is kept with the request it came with: another request, or another key, is another", () => {
    const [one, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const kept = [hashStrangersKey("abc", one), hashStrangersKey("abc", other), hashStrangersKey("abd", one), hashKey("abc")];
    expect(hashStrangersKey("abc", one)).toEqual(kept[0]);
    expect(new Set(kept.map((hash) => hash.toString("hex"))).size).toBe(4);
    expect(kept.every(({ length }) => length === 32)).toBe(true);
  });
});
