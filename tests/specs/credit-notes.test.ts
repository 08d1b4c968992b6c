import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonOf, openStartLine } from "../support/barrier.ts";
import { codeOf, tally } from "../support/caller.ts";
import { openMarket, type OwnMarket } from "../support/market.ts";
import { bankOf } from "./bank-stories.ts";
import { orderTold } from "./order-stories.ts";
import { booksOf, changedSince, eur, type Trade, tradeOf } from "./paper-stories.ts";

let market: OwnMarket;
beforeAll(async () => {
  market = await openMarket({ servers: 2 });
});
afterAll(() => market?.close());

const clean = async () => expect((await market.doctor()).violations).toEqual([]);

describe("An invoice on account", () => {
  test("is lowered by what of it is credited: the seller's share falls, and its commission is given back", async () => {
    const trade = await tradeOf(market);
    const before = await booksOf(market);
    const { invoice } = await trade.invoiced(10);
    expect(await changedSince(market, before)).toEqual({
      receivable: 11_900,
      payable_pending: 10_710,
      commission: 1_000,
      commission_tax: 190,
    });

    const note = await trade.credited(invoice.id, { lines: [{ line: 1, quantity: 4 }] });

    expect(note).toMatchObject({
      invoice: invoice.id,
      cause: "goodwill",
      reason: "not as agreed",
      net: eur(4_000),
      tax: eur(760),
      lowered: eur(4_760),
    });
    expect(note.number).toMatch(/^[A-Z0-9]+-2026-C000001$/);
    expect(note.document.lines).toMatchObject([{ kind: "goods", quantity: 4, net: 4_000 }]);
    expect(await trade.read(invoice.id)).toMatchObject({
      ...{ state: "partially_settled", version: 2, open: eur(7_140), credited: eur(4_760) },
      settlements: [{ number: 1, source: "credit_note", amount: eur(4_760) }],
      payable: { pending: eur(6_426), commission_reversed: eur(400) },
    });
    expect(await market.creditUsed(trade.company)).toBe(7_140);
    expect(await changedSince(market, before)).toEqual({ receivable: 7_140, payable_pending: 6_426, commission: 600, commission_tax: 114 });
    expect(await orderTold(trade.company, "buyer", note.id, 1)).toEqual(["credit_note.issued"]);
    expect(await orderTold(trade.seller, "seller", invoice.id, 2)).toEqual(["invoice.issued", "invoice.partially_settled"]);
    await clean();
  });

  test("is settled by the note on all that is left: nothing of it stays in the books, and nothing is left to credit", async () => {
    const trade = await tradeOf(market);
    const before = await booksOf(market);
    const { invoice } = await trade.invoiced(7);
    await trade.credited(invoice.id, { amounts: [{ line: 1, net: eur(333) }] });
    await trade.credited(invoice.id, { lines: [{ line: 1, quantity: 2 }] });
    await trade.credited(invoice.id, { tax_group_amounts: [{ tax_category: "standard", tax_rate_ppm: 190_000, net: eur(101) }] });
    await trade.credited(invoice.id, { all: true, cause: "cancelled_after_invoicing" });

    const notes = await trade.notes(invoice.id);
    expect(notes.map(({ cause }) => cause)).toEqual(["cancelled_after_invoicing", "goodwill", "goodwill", "goodwill"]);
    expect(["net", "tax", "total"].map((part) => notes.reduce((sum, note) => sum + note[part as "net"].amount, 0))).toEqual([
      7_000, 1_330, 8_330,
    ]);
    expect(await trade.read(invoice.id)).toMatchObject({
      state: "settled",
      open: eur(0),
      credited: eur(8_330),
      payable: { pending: eur(0) },
    });
    expect(await changedSince(market, before)).toEqual({});
    expect(await market.creditUsed(trade.company)).toBe(0);
    expect(jsonOf(await trade.credit(invoice.id, { all: true }))).toMatchObject({
      code: "not-left-to-credit",
      reason: "nothing_to_credit",
    });
    await clean();
  });

  test("of which half is paid is lowered by what is open; what was paid is free for its company", async () => {
    const trade = await tradeOf(market);
    const before = await booksOf(market);
    const { invoice } = await trade.invoiced(10);
    await bankOf(market, "HALF").told({ amount: 5_950, text: invoice.number });
    expect(await trade.read(invoice.id)).toMatchObject({ state: "partially_settled", open: eur(5_950) });

    const note = await trade.credited(invoice.id, { all: true });

    expect([note.total.amount, note.lowered.amount]).toEqual([11_900, 5_950]);
    expect(await changedSince(market, before)).toEqual({ bank: 5_950, customer_funds: 5_950 });
    await clean();
  });

  test("that is paid is credited for goodwill out of what is payable, and stays settled", async () => {
    const trade = await tradeOf(market);
    const before = await booksOf(market);
    const { invoice } = await trade.invoiced(10);
    await bankOf(market, "PAID").told({ amount: 11_900, text: invoice.number });
    const note = await trade.credited(invoice.id, { amounts: [{ line: 1, net: eur(1_000) }] }, "operator");
    expect(note.lowered).toEqual(eur(0));
    expect(await trade.read(invoice.id)).toMatchObject({ state: "settled", open: eur(0), credited: eur(1_190) });
    expect(await orderTold(trade.company, "buyer", invoice.id, 3)).toEqual(["invoice.issued", "invoice.settled", "invoice.credited"]);
    expect(await changedSince(market, before)).toEqual({
      ...{ bank: 11_900, customer_funds: 1_190, payable: 9_639, commission: 900, commission_tax: 171 },
    });
    const { items } = await market.operator.get<{ items: { subject: string }[] }>("/v1/operator/audit?limit=20");
    expect(items.filter(({ subject }) => subject === invoice.id)).toMatchObject([{ action: "invoice.credited", reason: "not as agreed" }]);
    await clean();
  });

  test("at the operator's risk is credited out of what is payable", async () => {
    const trade = await tradeOf(market, { risk: "operator" });
    const before = await booksOf(market);
    const { invoice } = await trade.invoiced(10);
    expect(await changedSince(market, before)).toEqual({ receivable: 11_900, payable: 10_710, commission: 1_000, commission_tax: 190 });
    await trade.credited(invoice.id, { lines: [{ line: 1, quantity: 5 }] });
    expect(await changedSince(market, before)).toEqual({ receivable: 5_950, payable: 5_355, commission: 500, commission_tax: 95 });
    await clean();
  });
});

describe("An invoice that was paid beforehand", () => {
  test("gives its money back as free funds", async () => {
    const trade = await tradeOf(market);
    const before = await booksOf(market);
    const { invoice } = await trade.invoiced(10, { method: "bank_transfer" });
    expect(invoice.state).toBe("settled");
    await trade.credited(invoice.id, { lines: [{ line: 1, quantity: 1 }] });
    expect(await changedSince(market, before)).toEqual({
      ...{ bank: 11_900, customer_funds: 1_190, payable: 9_639, commission: 900, commission_tax: 171 },
    });
    await clean();
  });

  test("of a parcel that its company refuses is credited with the refusal", async () => {
    const trade = await tradeOf(market);
    const before = await booksOf(market);
    const { shipment, invoice } = await trade.invoiced(3, { method: "bank_transfer" });
    await trade.shipping.done("buyer", shipment, "refuse", { reason: "box is open" });
    expect(await trade.notes(invoice.id)).toMatchObject([{ cause: "refused", total: eur(3_570), lowered: eur(0) }]);
    expect(await changedSince(market, before)).toEqual({ bank: 3_570, customer_funds: 3_570 });
    await clean();
  });
});

describe("A lost parcel", () => {
  test("is credited with its freight when nothing else of the order has left", async () => {
    const trade = await tradeOf(market);
    await trade.seller.post("/v1/seller/freight-plans", { name: "Flat", kind: "flat", currency: "EUR", amount: eur(500) });
    const { shipment, invoice } = await trade.invoiced(2);
    await trade.shipping.done("seller", shipment, "lose", { reason: "van burnt" });
    await trade.shipping.done("seller", shipment, "resolve", { how: "credit" });
    const [note] = await trade.notes(invoice.id);
    expect(note).toMatchObject({ cause: "lost", net: eur(2_500), total: eur(2_975), lowered: eur(2_975) });
    expect(await trade.read(invoice.id)).toMatchObject({ state: "settled", open: eur(0) });
    await clean();
  });

  test("is credited without its freight when another one has left, and only for what is left of its goods", async () => {
    const trade = await tradeOf(market);
    await trade.seller.post("/v1/seller/freight-plans", { name: "Flat", kind: "flat", currency: "EUR", amount: eur(500) });
    const order = await trade.placed(3);
    const [first] = [await trade.shipping.shipped(order, [[1, 2]]), await trade.shipping.shipped(order, [[1, 1]])];
    const { id } = await trade.invoiceOf(first.id);
    await trade.credited(id, { amounts: [{ line: 1, net: eur(100) }] });
    await trade.shipping.done("seller", first.id, "lose", { reason: "van burnt" });
    await trade.shipping.done("seller", first.id, "resolve", { how: "credit" });
    expect((await trade.notes(id))[0]).toMatchObject({ cause: "lost", net: eur(1_900) });
    expect((await trade.read(id)).open).toEqual(eur(595));
    await clean();
  });

  test("that was sent in place of another is credited on the invoice of the first, when its time is over", async () => {
    const trade = await tradeOf(market);
    const before = await booksOf(market);
    const { shipment, invoice } = await trade.invoiced(2);
    await trade.shipping.done("seller", shipment, "lose", { reason: "van burnt" });
    const { id: second } = await trade.shipping.done("seller", shipment, "resolve", { how: "replace" });
    await trade.shipping.done("seller", second, "ship");
    await trade.shipping.done("operator", second, "lose", { reason: "this one too" });
    expect(await trade.notes(invoice.id)).toEqual([]);
    await market.moveClock(9 * 86_400_000);
    await expect.poll(async () => (await trade.notes(invoice.id)).length, { timeout: 15_000 }).toBe(1);
    expect((await trade.notes(invoice.id))[0]).toMatchObject({ cause: "lost", total: eur(2_380), lowered: eur(2_380) });
    expect(await changedSince(market, before)).toEqual({});
    expect((await trade.shipping.shipment(second)).resolution).toBe("credited");
    await clean();
  });

  test("whose invoice is credited already is dealt with without a note", async () => {
    const trade = await tradeOf(market);
    const { shipment, invoice } = await trade.invoiced(2);
    await trade.credited(invoice.id, { all: true });
    await trade.shipping.done("seller", shipment, "lose", { reason: "van burnt" });
    await trade.shipping.done("seller", shipment, "resolve", { how: "credit" });
    expect((await trade.notes(invoice.id)).map(({ cause }) => cause)).toEqual(["goodwill"]);
    await clean();
  });

  test("whose invoice is written off was never owed: the write-off is undone with its credit", async () => {
    const trade = await tradeOf(market, { returned: true });
    const before = await booksOf(market);
    const { shipment, invoice } = await trade.invoiced(2);
    expect((await trade.writeOff(invoice.id)).status).toBe(201);
    await trade.shipping.done("seller", shipment, "lose", { reason: "van burnt" });
    await trade.shipping.done("seller", shipment, "resolve", { how: "credit" });
    expect(await trade.read(invoice.id)).toMatchObject({
      ...{ state: "settled", open: eur(0), credited: eur(2_380), written_off: eur(0) },
      settlements: [
        { source: "write_off", amount: eur(2_380) },
        { source: "write_off", amount: eur(-2_380), undoes: 1 },
        { source: "credit_note", amount: eur(2_380) },
      ],
    });
    expect(await changedSince(market, before)).toEqual({});
    expect(await market.creditUsed(trade.company)).toBe(0);
    await clean();
  });
});

describe("A credit note is refused", () => {
  let trade: Trade;
  let invoice: string;
  beforeAll(async () => {
    trade = await tradeOf(market);
    ({
      invoice: { id: invoice },
    } = await trade.invoiced(3));
  });

  test.each([
    [{ lines: [{ line: 1, quantity: 4 }] }, { reason: "units_not_left", line: 1, asked: 4, left: 3 }],
    [{ lines: [{ line: 9, quantity: 1 }] }, { reason: "unknown_line", line: 9 }],
    [{ amounts: [{ line: 1, net: eur(3_001) }] }, { reason: "amount_not_left", line: 1, asked: eur(3_001), left: eur(3_000) }],
    [
      { tax_group_amounts: [{ tax_category: "standard", tax_rate_ppm: 190_000, net: eur(3_001) }] },
      { reason: "group_amount_not_left", tax_category: "standard", asked: eur(3_001), left: eur(3_000) },
    ],
    [
      { tax_group_amounts: [{ tax_category: "reduced", tax_rate_ppm: 70_000, net: eur(1) }] },
      { reason: "unknown_group", tax_category: "reduced", tax_rate_ppm: 70_000 },
    ],
    [{}, { reason: "nothing_to_credit" }],
    [{ freight: true }, { reason: "nothing_to_credit" }],
  ])("when %o is not left", async (body, facts) => {
    const answer = await trade.credit(invoice, body);
    expect({ status: answer.status, body: jsonOf(answer) }).toMatchObject({ status: 409, body: { code: "not-left-to-credit", ...facts } });
  });

  test("in another currency, with more than all, and of somebody else's invoice", async () => {
    expect(jsonOf(await trade.credit(invoice, { amounts: [{ line: 1, net: { amount: 1, currency: "SEK" } }] }))).toMatchObject({
      ...{ code: "currency-mismatch", errors: [{ pointer: "/amounts/0/net" }], currency: "SEK", invoice_currency: "EUR" },
    });
    expect(codeOf(await trade.credit(invoice, { all: true, freight: true }))).toBe("request-invalid");
    const other = await tradeOf(market);
    expect((await other.credit(invoice, { all: true })).status).toBe(404);
    expect(await trade.notes(invoice)).toEqual([]);
  });
});

describe("Two at once", () => {
  test("credit nothing twice: who comes second finds nothing left", async () => {
    const trade = await tradeOf(market);
    const { invoice } = await trade.invoiced(5);
    const line = await openStartLine({ origins: market.origins(), size: 6 });
    const answers = await line.release(Array.from({ length: 6 }, () => trade.crediting(invoice.id, { lines: [{ line: 1, quantity: 2 }] })));
    line.close();
    expect(tally(answers)).toEqual({ "201": 2, "409 not-left-to-credit": 4 });
    expect((await trade.read(invoice.id)).credited).toEqual(eur(4_760));
    await clean();
  });

  test("credit and write off no more than the invoice", async () => {
    const trade = await tradeOf(market);
    for (let round = 0; round < 3; round += 1) {
      const { invoice } = await trade.invoiced(2);
      const line = await openStartLine({ origins: market.origins(), size: 2 });
      const answers = await line.release([
        trade.crediting(invoice.id, { all: true }),
        market.operator.request("POST", `/v1/operator/invoices/${invoice.id}/write-offs`, { reason: "insolvent" }),
      ]);
      line.close();
      expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
      expect(await trade.read(invoice.id)).toMatchObject({ state: "settled", open: eur(0) });
    }
    await clean();
  });
});
