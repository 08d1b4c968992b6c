import { describe, expect, it } from "vitest";
import { commissionOf, commonPlan } from "../../replay/commission.ts";
import { invoicesOf } from "../../replay/expected-invoices.ts";
import type { Ending, HistoricalOrder, History } from "../../replay/history.ts";
import { sellerParts } from "../../replay/seller-parts.ts";

const history = (orders: readonly HistoricalOrder[], ratePpm = 190_000): History => ({
  ...{ name: "olist", currency: "BRL", country: "BR", tax: { code: "S", ratePpm, validFrom: "2000-01-01" }, inParts: true },
  ...{ orders, records: orders.length, excluded: {}, clamped: {} },
});
const order = (reference: string, ending: Ending, lines: HistoricalOrder["lines"], country = "BR"): HistoricalOrder => ({
  ...{ reference, customer: "c", country, at: "1", status: ending, ending, times: { accepted: "1", shipped: "2", delivered: "3" } },
  ...{ promisedInDays: undefined, records: 1, lines },
});
const line = (sku: string, priceMinor: bigint, quantity: number) => ({ seller: "s", sku, priceMinor, freightMinor: 101n, quantity });
const lines = [line("a", 3_333n, 2), line("b", 701n, 1)];

/** Orders of the same lines: some go in two parcels, others in one. */
const delivered = Array.from({ length: 20 }, (_, index) => order(`o${index}`, "delivered", lines));

describe("The invoices that a file asks for", () => {
  it("are one for each parcel, and together the order to the last minor unit", () => {
    const all = delivered.map((each) => ({ invoices: invoicesOf(history(delivered), each), part: sellerParts(each, history([]))[0] }));

    expect(new Set(all.map(({ invoices }) => invoices.length))).toEqual(new Set([1, 2]));
    for (const { invoices, part } of all) {
      const sum = (of: "goods" | "freight" | "tax" | "total") => invoices.reduce((total, each) => total + each[of], 0n);
      expect([sum("goods"), sum("freight"), sum("tax"), sum("total")]).toEqual([part?.goods, part?.freight, part?.tax, part?.gross]);
    }
  });

  it("have the freight with the first parcel, and tax as the difference of what is due on the net so far", () => {
    const [first, second] = delivered.map((each) => invoicesOf(history(delivered), each)).find(({ length }) => length === 2) ?? [];

    // 19 % of 3,333 + 303 is 690.84, of all 7,670 it is 1,457.3.
    expect(first).toMatchObject({ goods: 3_333n, freight: 303n, tax: 691n, total: 4_327n });
    expect(second).toMatchObject({ goods: 4_034n, freight: 0n, tax: 766n, total: 4_800n });
  });

  it("are not there for what never left, credited where it came back, untaxed abroad", () => {
    for (const ending of ["accepted", "rejected", "cancelled"] as const) {
      expect(invoicesOf(history([]), order("x", ending, lines))).toEqual([]);
    }
    expect(invoicesOf(history([]), order("x", "shipped", lines))).toMatchObject([{ isCredited: false, tax: 1_457n }]);
    expect(invoicesOf(history([]), order("x", "refused", lines))).toMatchObject([{ isCredited: true }]);
    expect(invoicesOf(history([]), order("x", "shipped", lines, "PT"))).toMatchObject([{ tax: 0n, total: 7_670n }]);
  });
});

describe("The commission of invoices", () => {
  const invoiceOf = (priceMinor: bigint, quantity = 1) =>
    invoicesOf(history([]), order("x", "shipped", [line("a", priceMinor, quantity)]))[0];
  const commission = (plan: typeof commonPlan, priceMinor: bigint, quantity?: number) => {
    const invoice = invoiceOf(priceMinor, quantity);
    if (invoice === undefined) throw new Error("no invoice");
    return commissionOf(plan, invoice);
  };

  it("is that of the step which the line reaches: a rate, half up, and a fixed amount, at most half of the line", () => {
    expect(commission(commonPlan, 1_004n)).toBe(120n + 50n);
    expect(commission(commonPlan, 19_999n)).toBe(2_400n + 50n);
    expect(commission(commonPlan, 10_000n, 2)).toBe(2_100n + 200n);
    expect(commission(commonPlan, 101n)).toBe(50n);
  });

  it("is on freight too where the plan says so", () => {
    const plan = { name: "with freight", steps: [{ from: 0n, ratePpm: 100_000, fixed: 7n }], onFreight: true };
    expect(commission(plan, 1_000n)).toBe(100n + 7n + 10n);
    expect(commission({ ...plan, onFreight: false }, 1_000n)).toBe(107n);
  });

  it("is parted with the units, and together that of the whole lines", () => {
    const [whole] = invoicesOf(history([]), order("x", "shipped", lines));
    if (whole === undefined) throw new Error("no invoice");
    for (const each of delivered) {
      const parts = invoicesOf(history(delivered), each).map((invoice) => commissionOf(commonPlan, invoice));
      expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(commissionOf(commonPlan, whole));
    }
  });
});
