import { describe, expect, it } from "vitest";
import { readArguments } from "../../replay/arguments.ts";
import { readCsv } from "../../replay/csv.ts";
import { minorOf, sumEqualLines } from "../../replay/history.ts";
import { readOlist } from "../../replay/olist.ts";
import { readOnlineRetail } from "../../replay/online-retail.ts";
import { freightSteps } from "../../replay/open-goods.ts";
import { parcelsOf } from "../../replay/parcels.ts";
import { roundHalfUp, sellerParts } from "../../replay/seller-parts.ts";
import { recordsOf, sampled, shareOf } from "../../replay/shares.ts";
import { abroad, everyEnd, olistFiles, onlineRetailFiles, withFolder } from "./small-histories.ts";

const line = (sku: string, priceMinor: bigint, quantity: number, { seller = "s", freightMinor = 0n } = {}) => {
  return { seller, sku, priceMinor, freightMinor, quantity };
};

describe("Reading histories", () => {
  it("reads quoted fields with commas, line breaks and doubled quotes", () => {
    expect(readCsv('a,b\r\n"x, ""y""\nz",2\n,3')).toEqual([
      { a: 'x, "y"\nz', b: "2" },
      { a: "", b: "3" },
    ]);
  });

  it("keeps an empty last field and refuses a record of another width", () => {
    expect(readCsv("a,b\n1,")).toEqual([{ a: "1", b: "" }]);
    expect(() => readCsv("a,b\n1,2,3")).toThrow("record 2 has 3 fields, 2 are named");
    expect(() => readCsv('a\n"open')).toThrow("a quoted field has no end");
  });

  it("reads decimals to the minor unit without a float", () => {
    expect(["58.9", "144.0", "0.01", "7", "-1.05", "90071992547409.93"].map(minorOf)).toEqual([
      5890n,
      14400n,
      1n,
      700n,
      -105n,
      9007199254740993n,
    ]);
    expect(() => minorOf("1.005")).toThrow("not an amount");
    expect(() => minorOf("1e3")).toThrow("not an amount");
  });

  it("sums equal lines and keeps apart what differs in seller, SKU, price or freight", () => {
    const lines = [
      line("a", 1n, 2),
      line("a", 2n, 1),
      line("a", 1n, 3),
      line("a", 1n, 1, { seller: "t" }),
      line("a", 1n, 1, { freightMinor: 9n }),
    ];

    expect(sumEqualLines(lines)).toEqual([
      line("a", 1n, 5),
      line("a", 2n, 1),
      line("a", 1n, 1, { seller: "t" }),
      line("a", 1n, 1, { freightMinor: 9n }),
    ]);
  });

  it("takes floor(share × demand) in integers", () => {
    const { stock } = readArguments(["--data", "x", "--stock", "0.9"]);

    expect([1, 2, 10, 11, 19].map((demand) => shareOf(demand, stock))).toEqual([0, 1, 9, 9, 17]);
    expect(shareOf(7, undefined)).toBe(7);
  });
});

describe("The marketplace's orders", () => {
  const history = withFolder(olistFiles(everyEnd), readOlist);
  const orderOf = (reference: string) => {
    const found = history.orders.find((order) => order.reference === reference);
    if (found === undefined) throw new Error(`no order ${reference}`);
    return found;
  };

  it("end as their status says; a cancelled one that a carrier had is refused, and one without items is left out", () => {
    expect(Object.fromEntries(history.orders.slice(0, 10).map(({ reference, ending }) => [reference, ending]))).toEqual({
      ...{ delivered: "delivered", "early-carrier": "delivered", "never-arrived": "delivered", shipped: "shipped" },
      ...{ refused: "refused", cancelled: "cancelled", rejected: "rejected" },
      ...{ invoiced: "accepted", processing: "accepted", approved: "accepted" },
    });
    expect(history.excluded).toEqual({ no_items: 1 });
    expect(history.records).toBe(everyEnd.length);
    expect(() => withFolder(olistFiles([{ ...everyEnd[0], reference: "x", status: "lost", purchased: "01" }]), readOlist)).toThrow("lost");
  });

  it("have no step before the one before it: an impossible or missing time is moved to that and counted", () => {
    expect(orderOf("early-carrier").times).toEqual({
      accepted: "2018-01-04 11:00:00",
      shipped: "2018-01-04 11:00:00",
      delivered: "2018-01-09 15:00:00",
    });
    expect(orderOf("never-arrived").times.delivered).toBe("2018-01-04 11:00:00");
    expect(history.clamped).toEqual({ with_carrier_too_early: 1, with_carrier_at_no_time: 1, delivered_at_no_time: 1 });
  });

  it("are promised as many days after the purchase as in the file", () => {
    expect(orderOf("delivered").promisedInDays).toBe(19);
  });

  it("have the freight of each unit, and each seller's part its own", () => {
    const parts = sellerParts(orderOf("early-carrier"), history);

    expect(parts.map(({ seller, units, goods, freight, tax, gross }) => [seller, units, goods, freight, tax, gross])).toEqual([
      ["s1", 1, 5_890n, 2_000n, 0n, 7_890n],
      ["s2", 1, 1_000n, 5n, 0n, 1_005n],
    ]);
    expect(parts.map(({ lines }) => lines.map(({ lineNumber }) => lineNumber))).toEqual([[1], [2]]);
  });

  it("give each seller's freight plan a step for each freight of an order, the first one free where an order was", () => {
    expect(freightSteps(history).get("s2")).toEqual([
      { upToGrams: 2, amount: 0n },
      { upToGrams: 50, amount: 5n },
      { upToGrams: 13_290, amount: 1_329n },
    ]);
    expect(freightSteps({ ...history, orders: [orderOf("never-arrived")] }).size).toBe(0);
  });

  it("of several units that were delivered go in two parcels, about every third, and no unit twice", () => {
    const parted = history.orders.flatMap((order) =>
      sellerParts(order, history).map((part) => ({ order, part, parcels: parcelsOf(history, order, part) })),
    );
    const inTwo = parted.filter(({ parcels }) => parcels.length === 2);

    expect(inTwo.length).toBeGreaterThan(0);
    expect(inTwo.length).toBeLessThan(6);
    for (const { order, part, parcels } of inTwo) {
      expect(order.reference).toMatch(/^parts-/);
      expect(parcels[0]).toEqual([{ lineNumber: 1, quantity: 1 }]);
      expect(parcels.flat().reduce((sum, { quantity }) => sum + quantity, 0)).toBe(part.units);
    }
  });

  it("are sampled alike each time, and what is left out is accounted for", () => {
    const half = sampled(history, { numerator: 1n, denominator: 2n });

    expect(half.orders.length).toBeGreaterThan(0);
    expect(half.orders.length).toBeLessThan(history.orders.length);
    expect(sampled(history, { numerator: 1n, denominator: 2n })).toEqual(half);
    expect(recordsOf(half) + (half.excluded["not_in_sample"] ?? 0)).toBe(recordsOf(history));
    expect(sampled(history, { numerator: 1n, denominator: 1n }).orders).toEqual(history.orders);
  });
});

describe("The wholesaler's invoices", () => {
  const history = withFolder(onlineRetailFiles(abroad), readOnlineRetail);

  it("go to the countries that their names mean; those of no country are left out and counted", () => {
    expect(history.orders.map(({ reference, country, records }) => [reference, country, records])).toEqual([
      ["1", "GB", 3],
      ["2", "FR", 1],
      ["3", "IE", 1],
      ["4", "AU", 1],
    ]);
    expect(history.excluded).toEqual({ no_country: 2, not_goods: 1, cancellation: 1, no_customer: 1 });
    expect(recordsOf(history) + 5).toBe(history.records);
  });

  it("are taxed at home, once on an order's sum, and not at all across the border", () => {
    const parts = history.orders.flatMap((order) => sellerParts(order, history));

    // 6 × 2.55 + 8 × 3.39 = 42.42, of which 20 % are 8.484.
    expect(parts.map(({ goods, taxCode, tax }) => [goods, taxCode, tax])).toEqual([
      [4_242n, "S", 848n],
      [33_900n, "G", 0n],
      [678n, "G", 0n],
      [1_017n, "G", 0n],
    ]);
  });

  it("round a half up", () => {
    expect([24n, 25n, 26n].map((amount) => roundHalfUp(amount, 10n))).toEqual([2n, 3n, 3n]);
  });
});
