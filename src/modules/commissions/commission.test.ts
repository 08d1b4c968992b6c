import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CategoryId, CommissionPlanId, SellerId } from "../../kernel/ids.ts";
import { chooseCommissionPlan, commissionOn, commissionTax, type OpenPlan, stepFor } from "./commission.ts";

const id = <T>(number: number) => `01900000-00c0-7000-8000-${String(number).padStart(12, "0")}` as T;
const [seller, other] = [id<SellerId>(1), id<SellerId>(2)];
const [tools, drills, bits] = [id<CategoryId>(11), id<CategoryId>(12), id<CategoryId>(13)];

let made = 100;
function plan(sellerId: SellerId | null, categoryId: CategoryId | null): OpenPlan {
  made += 1;
  const steps = [{ from: 0n, ratePpm: made, fixed: 0n }];
  return { planId: id<CommissionPlanId>(made), sellerId, categoryId, steps, onFreight: false, returnedOnWriteOff: false };
}

describe("the plan that counts for a line", () => {
  const all = plan(null, null);
  const ofTools = plan(null, tools);
  const ofDrills = plan(null, drills);
  const ofSeller = plan(seller, null);
  const ofSellersTools = plan(seller, tools);
  const path = [tools, drills, bits];

  test.each<[string, readonly OpenPlan[], OpenPlan | undefined]>([
    ["is the seller's own of the category", [all, ofTools, ofDrills, ofSeller, ofSellersTools], ofSellersTools],
    ["else the seller's own of all categories, before any of all sellers", [all, ofTools, ofDrills, ofSeller], ofSeller],
    ["else that of the nearest category above the goods", [all, ofTools, ofDrills], ofDrills],
    ["else that of a category further up", [all, ofTools], ofTools],
    ["else that of all", [all], all],
    ["is none where there is none", [plan(other, null), plan(other, tools)], undefined],
  ])("%s", (_, plans, expected) => {
    expect(chooseCommissionPlan(plans, { sellerId: seller, path })).toBe(expected);
    expect(chooseCommissionPlan(plans.toReversed(), { sellerId: seller, path })).toBe(expected);
  });

  test("of a category does not count for goods of none, nor for those above it", () => {
    expect(chooseCommissionPlan([ofTools, ofDrills], { sellerId: seller, path: [] })).toBeUndefined();
    expect(chooseCommissionPlan([ofDrills], { sellerId: seller, path: [tools] })).toBeUndefined();
  });
});

describe("the commission on a net amount", () => {
  test.each([
    ["is the rate, rounded half up", 1_050n, { ratePpm: 100_000, fixed: 0n }, 105n],
    ["rounds a half away from zero", 105n, { ratePpm: 100_000, fixed: 0n }, 11n],
    ["has the fixed amount on top", 10_000n, { ratePpm: 80_000, fixed: 30n }, 830n],
    ["is half of the net at most, rounded down", 101n, { ratePpm: 80_000, fixed: 1_000n }, 50n],
    ["is nothing of nothing", 0n, { ratePpm: 500_000, fixed: 30n }, 0n],
    ["never takes the one unit there is", 1n, { ratePpm: 500_000, fixed: 0n }, 0n],
  ])("%s", (_, net, step, expected) => {
    expect(commissionOn(net, step)).toBe(expected);
  });

  test("is by the highest step that begins at the net or below", () => {
    const steps = [0n, 10_000n, 50_000n].map((from) => ({ from }));
    expect([0n, 9_999n, 10_000n, 49_999n, 50_000n, 10n ** 12n].map((net) => stepFor(steps, net)?.from)).toEqual([
      ...[0n, 0n, 10_000n, 10_000n, 50_000n, 50_000n],
    ]);
  });

  test("leaves the seller at least half, whatever the plan", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 53n - 1n), fc.nat(500_000), fc.bigInt(0n, 2n ** 53n - 1n), (net, ratePpm, fixed) => {
        const commission = commissionOn(net, { ratePpm, fixed });
        expect(commission >= 0n && commission * 2n <= net).toBe(true);
      }),
      { seed: 20_261_122 },
    );
  });
});

describe("the tax of the commission", () => {
  const union = new Set(["DE", "AT"]);
  const tax = (operatorCountry: string, sellerCountry: string, standardRatePpm: number | undefined = 190_000) =>
    commissionTax({ operatorCountry, sellerCountry, standardRatePpm, inUnion: (country) => union.has(country) });

  test("is the standard rate in the operator's country", () => {
    expect(tax("DE", "DE")).toEqual({ code: "S", ratePpm: 190_000, exemptionCode: null, exemptionText: null });
    expect(tax("CH", "CH", 81_000)).toMatchObject({ code: "S", ratePpm: 81_000 });
  });

  test("is owed by the seller in another member state", () => {
    expect(tax("DE", "AT")).toMatchObject({ code: "AE", ratePpm: 0, exemptionCode: "VATEX-EU-AE" });
  });

  test.each([
    ["DE", "CH"],
    ["CH", "DE"],
    ["CH", "NO"],
  ])("is none of the operator's from %s to %s", (operator, ofSeller) => {
    expect(tax(operator, ofSeller)).toMatchObject({ code: "O", ratePpm: 0, exemptionCode: "VATEX-EU-O" });
  });

  test("is not known without a standard rate, and only where it is needed", () => {
    const missing = { inUnion: () => true, standardRatePpm: undefined };
    expect(commissionTax({ operatorCountry: "DE", sellerCountry: "DE", ...missing })).toBeUndefined();
    expect(commissionTax({ operatorCountry: "DE", sellerCountry: "AT", ...missing })).toMatchObject({ code: "AE" });
  });
});
