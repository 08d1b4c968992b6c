import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonOf, openStartLine } from "../support/barrier.ts";
import { codeOf, tally } from "../support/caller.ts";
import { openMarket, type OwnMarket } from "../support/market.ts";
import { bankOf } from "./bank-stories.ts";
import { orderTold } from "./order-stories.ts";
import { booksOf, changedSince, eur, tradeOf } from "./paper-stories.ts";

let market: OwnMarket;
beforeAll(async () => {
  market = await openMarket({ servers: 2 });
});
afterAll(() => market?.close());

const clean = async () => expect((await market.doctor()).violations).toEqual([]);

describe("A write-off", () => {
  test("at the seller's risk takes its share away; the commission stays charged, and the credit used", async () => {
    const trade = await tradeOf(market);
    const before = await booksOf(market);
    const { invoice } = await trade.invoiced(10);
    const written = await trade.writeOff(invoice.id);
    expect({ status: written.status, body: jsonOf(written) }).toMatchObject({
      status: 201,
      body: {
        ...{ id: invoice.id, state: "settled", open: eur(0), written_off: eur(11_900), credited: eur(0) },
        settlements: [{ number: 1, source: "write_off", amount: eur(11_900), undoes: null }],
        payable: { pending: eur(0), commission_reversed: eur(0) },
      },
    });
    expect(await changedSince(market, before)).toEqual({ payable: -1_190, commission: 1_000, commission_tax: 190 });
    expect(await market.creditUsed(trade.company)).toBe(11_900);
    expect(await orderTold(trade.seller, "seller", invoice.id, 2)).toEqual(["invoice.issued", "invoice.written_off"]);
    await clean();
  });

  test("at the seller's risk gives the commission back where the order's plan says so, also in parts", async () => {
    const trade = await tradeOf(market, { returned: true });
    const before = await booksOf(market);
    const { invoice } = await trade.invoiced(10);
    expect((await trade.writeOff(invoice.id, { amount: eur(3_333) })).status).toBe(201);
    // floor(1,000 × 3,333 / 11,900) = 280, with a tax of 53.
    expect(await changedSince(market, before)).toEqual({
      ...{ receivable: 8_567, payable_pending: 7_710, commission: 720, commission_tax: 137 },
    });
    expect((await trade.writeOff(invoice.id)).status).toBe(201);
    expect(await changedSince(market, before)).toEqual({});
    await clean();
  });

  test("at the operator's risk is the operator's loss", async () => {
    const trade = await tradeOf(market, { risk: "operator" });
    const before = await booksOf(market);
    const { invoice } = await trade.invoiced(10);
    await trade.writeOff(invoice.id, { amount: eur(1_900) });
    expect(await changedSince(market, before)).toEqual({
      ...{ receivable: 10_000, write_off: 1_900, payable: 10_710, commission: 1_000, commission_tax: 190 },
    });
    expect(await trade.read(invoice.id)).toMatchObject({ state: "partially_settled", open: eur(10_000), written_off: eur(1_900) });
    await clean();
  });

  test.each([
    { returned: false, risk: undefined },
    { returned: true, risk: undefined },
    { returned: false, risk: "operator" as const },
  ])("is undone, and the books are what they were: %o", async ({ returned, risk }) => {
    const trade = await tradeOf(market, { returned, ...(risk === undefined ? {} : { risk }) });
    const { invoice } = await trade.invoiced(7);
    await bankOf(market, `UNDO-${returned}-${risk}`).told({ amount: 1_001, text: invoice.number });
    const before = await booksOf(market);
    const { payable } = await trade.read(invoice.id);
    await trade.writeOff(invoice.id, { amount: eur(3_001) });
    await trade.writeOff(invoice.id);
    expect((await trade.read(invoice.id)).written_off).toEqual(eur(8_330 - 1_001));
    for (const number of [2, 3]) expect((await trade.undoWriteOff(invoice.id, number)).status).toBe(200);
    expect(await changedSince(market, before)).toEqual({});
    expect(await trade.read(invoice.id)).toMatchObject({ state: "partially_settled", open: eur(7_329), written_off: eur(0), payable });
    expect((await orderTold(trade.company, "buyer", invoice.id, 6)).slice(-2)).toEqual([
      "invoice.write_off_undone",
      "invoice.write_off_undone",
    ]);
    // What is owed again can be written off again, and paid.
    expect((await trade.writeOff(invoice.id, { amount: eur(329) })).status).toBe(201);
    await bankOf(market, `AGAIN-${returned}-${risk}`).told({ amount: 7_000, text: invoice.number });
    expect(await trade.read(invoice.id)).toMatchObject({ state: "settled", open: eur(0), payable: { pending: eur(0) } });
    expect(await market.creditUsed(trade.company)).toBe(329);
    await clean();
  });

  test("of a part is undone when the rest was paid meanwhile", async () => {
    const trade = await tradeOf(market);
    const { invoice } = await trade.invoiced(10);
    await trade.writeOff(invoice.id, { amount: eur(1_900) });
    await bankOf(market, "MEANWHILE").told({ amount: 10_000, text: invoice.number });
    expect((await trade.read(invoice.id)).state).toBe("settled");
    expect((await trade.undoWriteOff(invoice.id, 1)).status).toBe(200);
    expect(await trade.read(invoice.id)).toMatchObject({ state: "partially_settled", open: eur(1_900) });
    await clean();
  });

  test("is audited with its reason", async () => {
    const trade = await tradeOf(market);
    const { invoice } = await trade.invoiced(1);
    await trade.writeOff(invoice.id);
    await trade.undoWriteOff(invoice.id, 1);
    const { items } = await market.operator.get<{ items: { subject: string }[] }>("/v1/operator/audit?limit=20");
    expect(items.filter(({ subject }) => subject === invoice.id)).toMatchObject([
      { action: "invoice.write_off_undone", reason: "paid after all", before: { written_off: eur(1_190) }, after: { written_off: eur(0) } },
      { action: "invoice.written_off", reason: "insolvent", before: { open: eur(1_190) }, after: { open: eur(0) } },
    ]);
  });
});

describe("A write-off is refused", () => {
  test("of more than is open, of nothing, in another currency, and when there is no such invoice", async () => {
    const trade = await tradeOf(market);
    const { invoice } = await trade.invoiced(1);
    for (const amount of [eur(1_191), { amount: 1, currency: "SEK" }]) {
      expect(jsonOf(await trade.writeOff(invoice.id, { amount }))).toMatchObject({ code: "not-left-to-write-off", open: eur(1_190) });
    }
    await trade.writeOff(invoice.id);
    expect(jsonOf(await trade.writeOff(invoice.id))).toMatchObject({ code: "not-left-to-write-off", open: eur(0) });
    expect((await trade.writeOff("inv_01k9zv3n7gfx1t0c5r2m8q4f07")).status).toBe(404);
  });

  test("to be undone twice, and what is no write-off is not found", async () => {
    const trade = await tradeOf(market);
    const { invoice } = await trade.invoiced(2);
    await trade.credited(invoice.id, { lines: [{ line: 1, quantity: 1 }] });
    await trade.writeOff(invoice.id);
    expect((await trade.undoWriteOff(invoice.id, 2)).status).toBe(200);
    expect(codeOf(await trade.undoWriteOff(invoice.id, 2))).toBe("write-off-undone");
    for (const number of ["1", "3", "99", "x", "0"]) expect((await trade.undoWriteOff(invoice.id, number)).status).toBe(404);
    await clean();
  });

  test("to be credited beside: nobody paid it", async () => {
    const trade = await tradeOf(market);
    const { invoice } = await trade.invoiced(2);
    await trade.writeOff(invoice.id, { amount: eur(1_190) });
    const asked = await trade.credit(invoice.id, { all: true });
    expect(jsonOf(asked)).toMatchObject({ code: "not-left-to-credit", reason: "written_off", asked: eur(2_380), left: eur(1_190) });
    expect((await trade.credit(invoice.id, { lines: [{ line: 1, quantity: 1 }] })).status).toBe(201);
    await clean();
  });

  test("but for one of many that write off all at once", async () => {
    const trade = await tradeOf(market);
    const { invoice } = await trade.invoiced(5);
    const line = await openStartLine({ origins: market.origins(), size: 4 });
    const path = `/v1/operator/invoices/${invoice.id}/write-offs`;
    const answers = await line.release(Array.from({ length: 4 }, () => market.operator.request("POST", path, { reason: "insolvent" })));
    line.close();
    expect(tally(answers)).toEqual({ "201": 1, "409 not-left-to-write-off": 3 });
    await clean();
  });
});
