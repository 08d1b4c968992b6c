import { expect, test } from "vitest";
import { applyToModel, explanations, type ModelCommand, type ModelMarket } from "./model.ts";

const oneUnit: ModelMarket = {
  offers: { a: { seller: "s", price: 101n, ratePpm: 190_000n, onHand: 1, held: 0 } },
  accounts: { c: { limit: 1000n, used: 0n } },
  checkouts: {},
  bankReferences: [],
};
const place = (name: string): ModelCommand => ({
  verb: "place",
  name,
  company: "c",
  reference: name,
  method: "on_account",
  lines: [{ offer: "a", quantity: 1 }],
});

test("what is placed is held and owed with its tax, rounded half up, and what is cancelled is neither", () => {
  const placed = applyToModel(oneUnit, place("one"));
  expect(placed).toMatchObject({ done: true, market: { offers: { a: { held: 1 } }, accounts: { c: { used: 120n } } } });
  if (!placed.done) return;
  const cancelled = applyToModel(placed.market, { verb: "cancel order", checkout: "one", order: 0, by: "company" });
  expect(cancelled).toMatchObject({ done: true, market: { offers: oneUnit.offers, accounts: oneUnit.accounts } });
});

test("two at once and one unit: one done and one short is explained, both done or both short is not", () => {
  const observe = (...codes: (string | undefined)[]) =>
    explanations(
      oneUnit,
      codes.map((code, index) => ({ command: place(String(index)), code })),
    );
  expect(observe(undefined, "stock-short")).toHaveLength(1);
  expect(observe("stock-short", undefined)).toHaveLength(1);
  expect(observe(undefined, undefined)).toEqual([]);
  expect(observe("stock-short", "stock-short")).toEqual([]);
  expect(observe(undefined, "credit-exceeded")).toEqual([]);
});
