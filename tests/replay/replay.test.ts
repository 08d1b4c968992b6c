import { describe, expect, it } from "vitest";
import type { Actual } from "../../replay/actual.ts";
import { readArguments } from "../../replay/arguments.ts";
import { expectedTotals } from "../../replay/expected.ts";
import { type Figures, shortageFigures, totalFigures } from "../../replay/figures.ts";
import { type History, type HistoricalOrder, offerKey } from "../../replay/history.ts";

const line = (sku: string, priceMinor: bigint, quantity: number, seller = "s") => ({ seller, sku, priceMinor, freightMinor: 5n, quantity });
const times = { accepted: "1", shipped: "2", delivered: "3" };
const order = (reference: string, ending: HistoricalOrder["ending"], ...lines: HistoricalOrder["lines"]): HistoricalOrder => ({
  ...{
    reference,
    customer: "c",
    country: "GB",
    at: reference,
    status: `was ${ending}`,
    ending,
    times,
    promisedInDays: 7,
    records: 1,
    lines,
  },
});
const historyOf = (...orders: HistoricalOrder[]): History => ({
  ...{ name: "olist", currency: "GBP", country: "GB", tax: { code: "S", ratePpm: 200_000, validFrom: "2011-01-04" }, inParts: true },
  ...{ orders, records: orders.length, excluded: {}, clamped: {} },
});

describe("What a replay is asked", () => {
  it.each([
    [[], "--data"],
    [["--data", "x", "--stock", "0"], "--stock"],
    [["--data", "x", "--stock", "1.5"], "--stock"],
    [["--data", "x", "--sample", "2"], "--sample"],
    [["--data", "x", "--concurrency", "0"], "--concurrency"],
    [["--data", "x", "--only", "amazon"], "--only"],
    [["--data", "x", "--url", "http://127.0.0.1:1"], "--key"],
    [["--data", "x", "--loud"], "--loud"],
  ])("is refused as %j by naming %s", (words, named) => {
    expect(() => readArguments(words)).toThrow(named);
  });
});

describe("Comparing the market with the files", () => {
  const history = historyOf(
    order("1", "delivered", line("a", 100n, 2)),
    order("2", "cancelled", line("a", 100n, 1), line("b", 50n, 1, "t")),
    order("3", "accepted", line("a", 100n, 1)),
  );
  const received = new Map([
    [offerKey(line("a", 100n, 1)), 4],
    [offerKey(line("b", 50n, 1, "t")), 1],
  ]);
  const receivable = new Map([["c", 100n]]);
  const expected = expectedTotals(history, history.orders, { received, receivable });
  const right: Actual = { ...expected, listedBySeller: expected.bySeller, listedByCompany: expected.byCompany };
  const unequal = (figures: Figures) => Object.keys(figures).filter((name) => figures[name]?.equal === false);

  it("finds a market equal that holds what the files say", () => {
    const figures = totalFigures(history, expected, right);

    expect(unequal(figures)).toEqual([]);
    expect(figures).toMatchObject({
      "olist.goods_minor": { expected: 450, equal: true },
      "olist.freight_minor": { expected: 25 },
      // 20 % of 210, 105, 55 and 105: each order's by itself.
      "olist.tax_minor": { expected: 42 + 21 + 11 + 21 },
      "olist.tax_code.S.orders": { expected: 4 },
      "olist.state.was cancelled.cancelled": { expected: 2 },
      "olist.cancelled_gross_minor": { expected: 126 + 66 },
      // What is accepted and not invoiced, and what is open of invoices.
      "olist.credit_used_minor": { expected: 126 + 100 },
      "olist.promised_days": { expected: 14 },
      "olist.parcels.delivered": { expected: 1 },
      "olist.held_units": { expected: 1 },
      "olist.shipped_units": { expected: 2 },
      "olist.on_hand_units": { expected: 3 },
    });
  });

  const alsoHeld = new Map([...expected.held, [offerKey(line("b", 50n, 1, "t")), 1]]);
  const moved = new Map([...expected.creditUsed, ["c", 0n]]);
  const inState = new Map([
    ["was delivered.delivered", 1],
    ["was cancelled.cancelled", 1],
    ["was cancelled.confirmed", 1],
    ["was accepted.accepted", 1],
  ]);
  const lost = expectedTotals(history, history.orders.slice(1), { received, receivable });

  it.each<[string, Partial<Actual>, string[]]>([
    ["a lost order", lost, ["olist.orders", "olist.sellers", "olist.companies"]],
    ["a unit held for a cancelled order", { held: alsoHeld }, ["olist.held_units", "olist.held_units.offers_differing"]],
    ["an order in another state", { states: inState }, ["olist.state.was cancelled.cancelled", "olist.state.was cancelled.confirmed"]],
    ["orders booked to another seller", { bySeller: new Map([["s", expected.all]]) }, ["olist.sellers"]],
    ["an order that a seller does not find", { listedBySeller: lost.bySeller }, ["olist.sellers_by_their_lists"]],
    ["an order that its company does not find", { listedByCompany: lost.byCompany }, ["olist.companies_by_their_lists"]],
    ["credit that is not used", { creditUsed: moved }, ["olist.credit_used_minor", "olist.credit_used_minor.companies_differing"]],
    ["a parcel in another state", { parcels: new Map([["shipped", 1]]) }, ["olist.parcels.delivered", "olist.parcels.shipped"]],
    ["parcels that do not add up", { ordersThatAddUp: 0 }, ["olist.orders_whose_parcels_add_up"]],
    ["another tax", { all: { ...expected.all, tax: 94n } }, ["olist.tax_minor"]],
    ["another day that was promised", { promisedDays: 13 }, ["olist.promised_days"]],
  ])("names %s", (_, difference, named) => {
    expect(unequal(totalFigures(history, expected, { ...right, ...difference }))).toEqual(expect.arrayContaining(named));
  });

  it("names an oversold offer and one that was sold too little alone", () => {
    const [first, second] = [order("1", "delivered", line("a", 100n, 1)), order("2", "delivered", line("a", 100n, 1))];
    const alone = historyOf(first, second);
    const offer = offerKey(line("a", 100n, 1));
    const market = { offers: new Map([[offer, { id: "off", demand: 2, received: 1 }]]) };
    const placings = {
      placed: new Map([["1", { order: first, orderIds: new Map(), checkout: "chk", paymentReference: undefined }]]),
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
