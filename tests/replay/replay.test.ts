import { describe, expect, it } from "vitest";
import { readArguments } from "../../replay/arguments.ts";
import { readCsv } from "../../replay/csv.ts";
import { expectedTotals } from "../../replay/expected.ts";
import { shortageFigures, totalFigures } from "../../replay/figures.ts";
import { type History, type HistoricalOrder, minorOf, offerKey, sumEqualLines } from "../../replay/history.ts";
import { shareOf } from "../../replay/open-market.ts";

const line = (sku: string, priceMinor: bigint, quantity: number, seller = "s") => ({ seller, sku, priceMinor, quantity });
const order = (reference: string, status: string, ...lines: HistoricalOrder["lines"]): HistoricalOrder => ({
  ...{ reference, customer: "c", at: reference, status, cancelled: status === "canceled", lines },
});
const historyOf = (...orders: HistoricalOrder[]): History => ({
  ...{ name: "olist", currency: "BRL", country: "BR", orders, records: orders.length, used: orders.length, excluded: {} },
});

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

  it("sums equal lines and keeps apart what differs in seller, SKU or price", () => {
    const lines = [line("a", 1n, 2), line("a", 2n, 1), line("a", 1n, 3), line("a", 1n, 1, "t")];
    expect(sumEqualLines(lines)).toEqual([line("a", 1n, 5), line("a", 2n, 1), line("a", 1n, 1, "t")]);
  });

  it("takes floor(share × demand) in integers", () => {
    const { stock } = readArguments(["--data", "x", "--stock", "0.9"]);
    expect([1, 2, 10, 11, 19].map((demand) => shareOf(demand, stock))).toEqual([0, 1, 9, 9, 17]);
    expect(shareOf(7, undefined)).toBe(7);
  });

  it.each([
    [[], "--data"],
    [["--data", "x", "--stock", "0"], "--stock"],
    [["--data", "x", "--stock", "1.5"], "--stock"],
    [["--data", "x", "--concurrency", "0"], "--concurrency"],
    [["--data", "x", "--only", "amazon"], "--only"],
    [["--data", "x", "--url", "http://127.0.0.1:1"], "--key"],
    [["--data", "x", "--loud"], "--loud"],
  ])("refuses %j by naming %s", (words, named) => {
    expect(() => readArguments(words)).toThrow(named);
  });
});

describe("Comparing the market with the files", () => {
  const history = historyOf(
    order("1", "delivered", line("a", 100n, 2)),
    order("2", "canceled", line("a", 100n, 1), line("b", 50n, 1, "t")),
  );
  const right = { ...expectedTotals(history.orders, true), misstated: 0 };

  it("finds a market equal that holds what the files say", () => {
    const figures = totalFigures(history, expectedTotals(history.orders, true), right);
    expect(Object.values(figures).every(({ equal }) => equal)).toBe(true);
    expect(figures["olist.goods_minor"]).toEqual({ expected: 350, actual: 350, equal: true });
    expect(figures["olist.held_units"]).toEqual({ expected: 2, actual: 2, equal: true });
  });

  it.each([
    ["a lost order", { ...expectedTotals(history.orders.slice(1), true), misstated: 0 }, "olist.orders"],
    [
      "a unit held for a cancelled order",
      { ...right, held: new Map([...right.held, [offerKey(line("b", 50n, 1, "t")), 1]]) },
      "olist.held_units",
    ],
    ["an order in another state", { ...right, misstated: 1 }, "olist.orders_in_another_state"],
    ["goods booked to another seller", { ...right, bySeller: new Map([["s", { orders: 2, units: 4, goods: 350n }]]) }, "olist.sellers"],
  ])("names %s", (_, actual, named) => {
    expect(totalFigures(history, expectedTotals(history.orders, true), actual)[named]?.equal).toBe(false);
  });

  it("names an oversold offer and one that was sold too little alone", () => {
    const alone = historyOf(order("1", "delivered", line("a", 100n, 1)), order("2", "delivered", line("a", 100n, 1)));
    const offer = offerKey(line("a", 100n, 1));
    const market = { sellers: new Map(), companies: new Map(), offers: new Map([[offer, { id: "off", demand: 2, received: 1 }]]) };
    const placings = {
      placed: new Map([["1", { order: alone.orders[0] ?? order("", ""), orderIds: [] }]]),
      refused: { "stock-short": 1 },
      seconds: 1,
    };
    const equal = (held: number) => {
      const figures = shortageFigures(alone, market, placings, new Map([[offer, held]]));
      return Object.values(figures).map((each) => each.equal);
    };
    expect(equal(1)).toEqual([true, true, true]);
    expect(equal(2)).toEqual([false, false, true]);
    expect(equal(0)).toEqual([true, false, true]);
  });
});
