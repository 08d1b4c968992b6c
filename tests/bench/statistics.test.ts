import { describe, expect, test } from "vitest";
import { missedBounds } from "../../bench/bounds.ts";
import { createRandom } from "../../bench/lines.ts";
import { createRenewal, templateOf, uuidOf, wireId } from "../../bench/parameters.ts";
import { statementName } from "../../bench/statement-names.ts";
import { growth, percentile, quotient, sampleOf } from "../../bench/statistics.ts";

describe("a percentile", () => {
  test("is a value that was measured, by the nearest rank", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([0.5, 0.95, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([50, 95, 99, 100]);
    expect([0, 0.5, 0.99].map((share) => percentile([7], share))).toEqual([7, 7, 7]);
    expect(percentile([1, 2, 3, 4], 0.5)).toBe(2);
    expect(percentile([], 0.5)).toBe(0);
  });
});

test("a quotient is rounded, and nothing divided by nothing is 0", () => {
  expect([quotient(1, 3), quotient(2, 3, 1), quotient(1, 0)]).toEqual([0.333, 0.7, 0]);
});

test("growth is told for what is there afterwards", () => {
  expect(growth({ a: 1, gone: 9 }, { a: 4, b: 2 })).toEqual({ a: 3, b: 2 });
});

test("a sample of the metrics is found by its whole name", () => {
  const text = '# HELP x y\nstoa_lane_queue_length 9\nstoa_lane_queue{lane="placing"} 3\n';
  expect(sampleOf(text, 'stoa_lane_queue{lane="placing"}')).toBe(3);
  expect(sampleOf(text, "stoa_lane")).toBeUndefined();
});

test("the same seed gives the same choices, another seed others", () => {
  const five = (seed: number) => Array.from({ length: 5 }, createRandom(seed));
  expect(five(1)).toEqual(five(1));
  expect(five(1)).not.toEqual(five(2));
  expect(five(3).every((value) => value >= 0 && value < 1)).toBe(true);
});

describe("a recorded parameter", () => {
  const old = "01a2035f-cb5a-7468-b5a3-56fe3045cd37";
  const known = "01a2035f-94b2-7142-bad1-c36f4ffbfdf2";

  test("gets new ids wherever the old ones stood, in both forms, and keeps those that are known", () => {
    const renewal = createRenewal();
    const list = renewal.fill(templateOf(`{"${old}","${known}"}`, new Set([known])));
    const json = renewal.fill(templateOf(`{"{\\"checkout\\":\\"${wireId("chk", old)}\\"}"}`, new Set([known])));
    const [fresh, kept] = String(list).match(/[0-9a-f-]{36}/g) ?? [];
    expect(kept).toBe(known);
    expect(fresh).not.toBe(old);
    expect(json).toBe(`{"{\\"checkout\\":\\"${wireId("chk", fresh ?? "")}\\"}"}`);
    expect(createRenewal().fill(templateOf(`{"${old}"}`, new Set()))).not.toBe(`{"${fresh}"}`);
  });

  test("gets new references and hashes, and leaves a snapshot as it was hashed", () => {
    const template = templateOf(
      `[{"client_reference":"bench-0a1b2c3d-00000001","snapshot":"{\\"client_reference\\":\\"bench-0a1b2c3d-00000001\\"}"}]`,
      new Set(),
    );
    const text = String(createRenewal().fill(template));
    expect(text).toMatch(/"client_reference":"bench-[0-9a-f]{8}-\d{8}","snapshot"/);
    expect(text).not.toMatch(/"client_reference":"bench-0a1b2c3d-00000001"/);
    expect(text).toContain(String.raw`\"client_reference\":\"bench-0a1b2c3d-00000001\"`);
    const hashes = `{\\\\x${"ab".repeat(32)},\\\\x7b22}`;
    const renewed = String(createRenewal().fill(templateOf(hashes, new Set())));
    expect(renewed).toMatch(/^\{\\\\x[0-9a-f]{64},\\\\x7b22\}$/);
    expect(renewed).not.toBe(hashes);
  });

  test("stays what it is when there is nothing new about it", () => {
    for (const parameter of [null, "250", Buffer.from([1])]) expect(createRenewal().fill(templateOf(parameter, new Set()))).toBe(parameter);
  });

  test("has ids that read back as they were written", () => {
    expect(uuidOf(wireId("ord", old))).toBe(old);
    expect(wireId("chk", old)).toBe("chk_01m81nzjttehmbb8tpzrr4bk9q");
  });
});

test("a statement that nobody has named is told by its beginning", () => {
  expect(statementName("begin")).toBe("begin");
  expect(statementName("\n  select\n 1")).toBe("select 1");
});

describe("the bounds", () => {
  const good = {
    coalescing: 2.5,
    commits_per_order: 0.125,
    hot_to_place: 0.6,
    oversold: 0,
    undersold: 0,
    lifecycle_to_place: 0.15,
    lifecycle_not_finished: 0,
    invoices_to_place: 0.3,
    invoice_number_gaps: 0,
    invoice_dates_falling: 0,
    statements_per_batch: { 1: 15, 200: 15 },
    doctor: { ok: true },
  };

  test("are kept by what just reaches them, and ask nothing of a workload that did not run", () => {
    expect(missedBounds(good)).toEqual([]);
    expect(missedBounds({ doctor: { ok: true } })).toEqual([]);
  });

  test.each([
    ["coalescing", 2.4],
    ["coalescing", Number.NaN],
    ["commits_per_order", 0.126],
    ["hot_to_place", 0.59],
    ["oversold", 1],
    ["undersold", 1],
    ["lifecycle_to_place", 0.149],
    ["lifecycle_not_finished", 1],
    ["invoices_to_place", 0.299],
    ["invoice_number_gaps", 1],
    ["invoice_dates_falling", 1],
    ["statements_per_batch", { 1: 15, 200: 16 }],
    ["statements_per_batch", { 1: 17, 200: 17 }],
    ["doctor", { ok: false }],
    ["doctor", undefined],
  ])("are missed by %s = %j", (name, value) => {
    expect(missedBounds({ ...good, [name]: value })).toHaveLength(1);
  });
});
