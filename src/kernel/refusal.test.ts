import { describe, expect, it } from "vitest";
import { AssertionFailed, assert, assertNever } from "./assert.ts";
import { type Quantity, addQuantities, maximumQuantity, parseQuantity, quantity } from "./quantity.ts";
import { Refused } from "./refusal.ts";

type OfferPaused = { readonly code: "offer-paused"; readonly offer: string; readonly since?: string };

describe("A refusal", () => {
  it("carries its code and its facts", () => {
    const refused = new Refused<OfferPaused>({ code: "offer-paused", offer: "off_1" });
    expect(refused).toBeInstanceOf(Error);
    expect(refused.refusal).toEqual({ code: "offer-paused", offer: "off_1" });
    expect(refused.message).toBe("offer-paused");
  });

  it("does not compile with a fact that is no JSON", () => {
    // @ts-expect-error a bigint is no JSON
    expect(new Refused({ code: "credit-exceeded", available: 5n }).refusal.code).toBe("credit-exceeded");
    // @ts-expect-error nor is one further down
    expect(new Refused({ code: "credit-exceeded", lines: [{ available: 5n }] }).refusal.code).toBe("credit-exceeded");
  });
});

describe("An assertion", () => {
  it("throws what no refusal is", () => {
    expect(() => assert(false, "two is one")).toThrow(new AssertionFailed("two is one"));
    expect(() => assertNever("unheard of" as never)).toThrow('no case for "unheard of"');
    expect(new AssertionFailed("")).not.toBeInstanceOf(Refused);
    expect(() => assert(true, "")).not.toThrow();
  });
});

describe("A quantity", () => {
  it.each([1, 2, maximumQuantity])("may be %d", (units) => {
    expect(quantity(units)).toBe(units);
    expect(parseQuantity(units)).toBe(units);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, maximumQuantity + 1])("may not be %d", (units) => {
    expect(parseQuantity(units)).toBeUndefined();
    expect(() => quantity(units)).toThrow(AssertionFailed);
  });

  it("adds up within its bound", () => {
    expect(addQuantities(quantity(2), quantity(3))).toBe(5 as Quantity);
    expect(() => addQuantities(quantity(maximumQuantity), quantity(1))).toThrow(AssertionFailed);
  });
});
