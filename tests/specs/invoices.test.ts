import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canonicalText, type TradeDocument } from "../../src/modules/invoices/document.ts";
import { jsonOf } from "../support/barrier.ts";
import type { Caller } from "../support/caller.ts";
import { type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { type Shipping, shippingOf } from "./shipment-stories.ts";

type Money = { readonly amount: number };
type Listed = {
  readonly id: string;
  readonly number: string;
  readonly order: string;
  readonly shipment: string;
  readonly due_on: string;
  readonly issued_on: string;
  readonly state: string;
  readonly total: Money;
  readonly open: Money;
  readonly paid: Money;
  readonly credited: Money;
  readonly written_off: Money;
  readonly overdue: boolean;
};
type Read = Listed & {
  readonly document: TradeDocument;
  readonly document_hash: string;
  readonly settlements: readonly { readonly number: number; readonly source: string; readonly amount: Money }[];
  readonly credit_notes: readonly unknown[];
  readonly payable?: { readonly pending: Money; readonly commission: Money };
};

const day = 86_400_000;
let market: OwnMarket;
let seller: Seller;
let company: Company;
let shipping: Shipping;
beforeAll(async () => {
  market = await openMarket();
  seller = await market.seller();
  company = await market.company();
  shipping = shippingOf(market, seller, company);
});
afterAll(() => market.close());

const listed = async (caller: Caller, audience: string, query = "") =>
  (await caller.get<{ items: Listed[] }>(`/v1/${audience}/invoices${query}`)).items;

/** An order of two parcels that have left, and its invoices, the newest first. */
async function invoiced() {
  const { order } = await shipping.accepted(5, 2);
  const [first, second] = [
    await shipping.shipped(order, [[1, 3]]),
    await shipping.shipped(order, [
      [1, 2],
      [2, 2],
    ]),
  ];
  return { order, shipments: [first.id, second.id], invoices: await listed(seller, "seller", `?order=${order}`) };
}

describe("An invoice is read", () => {
  test("by its seller, its company and the operator alike, newest first, as what was shipped", async () => {
    const { order, shipments, invoices } = await invoiced();
    expect(
      invoices.map(({ shipment, total, open, state, overdue }) => ({ shipment, total: total.amount, open: open.amount, state, overdue })),
    ).toEqual([
      { shipment: shipments[1], total: 4_760, open: 4_760, state: "issued", overdue: false },
      { shipment: shipments[0], total: 3_570, open: 3_570, state: "issued", overdue: false },
    ]);
    expect(await listed(company, "buyer", `?order=${order}`)).toEqual(invoices);
    expect(await listed(market.operator, "operator", `?order=${order}&seller=${seller.id}&company=${company.id}`)).toEqual(invoices);
  });

  test("whole: the document as it was issued, whose text has the hash that is shown", async () => {
    const { invoices } = await invoiced();
    const { id, number } = invoices[0]!;
    const whole = await company.get<Read>(`/v1/buyer/invoices/${id}`);
    const { document, document_hash: hash } = whole;
    expect(document).toMatchObject({ type: "invoice", id, number, total: 4_760, order: { id: whole.order } });
    expect(createHash("sha256").update(canonicalText(document)).digest("hex")).toBe(hash);
    expect(document.lines.map(({ quantity, net }) => [quantity, net])).toEqual([
      [2, 2_000],
      [2, 2_000],
    ]);
    expect(whole).toMatchObject({ settlements: [], credit_notes: [] });
  });

  test("with what the seller has to get of it by seller and operator, and never by the company", async () => {
    const { invoices } = await invoiced();
    const path = `/invoices/${invoices[0]?.id}`;
    expect((await seller.get<Read>(`/v1/seller${path}`)).payable).toMatchObject({ pending: { currency: "EUR" } });
    const ofOperator = await market.operator.get<Read>(`/v1/operator${path}`);
    expect(ofOperator.payable).toEqual((await seller.get<Read>(`/v1/seller${path}`)).payable);
    const text = (await company.send("GET", `/v1/buyer${path}`)).body.toString("utf8");
    expect(text).not.toMatch(/payable|pending|commission|released|credit_risk/);
  });

  test("by nobody else: a foreign id is answered as one that never was, in every form", async () => {
    const { invoices } = await invoiced();
    const [other, stranger] = [await market.seller(), await market.company()];
    const never = `inv_${"0".repeat(26)}`;
    for (const [caller, audience] of [
      [other, "seller"],
      [stranger, "buyer"],
    ] as const) {
      for (const form of ["", "/pdf", "/ubl"]) {
        const answers = [invoices[0]?.id, never].map((id) => caller.send("GET", `/v1/${audience}/invoices/${id}${form}`));
        const said = (await Promise.all(answers)).map(({ status, body }) => [
          status,
          { ...JSON.parse(body.toString("utf8")), instance: "" },
        ]);
        expect(said[0]).toEqual(said[1]);
        expect(said[0]?.[0]).toBe(404);
      }
      expect(await listed(caller, audience)).toEqual([]);
      expect(await listed(caller, audience, `?order=${invoices[0]?.order}`)).toEqual([]);
    }
  });

  test("page by page, the same rows as at once", async () => {
    await invoiced();
    const all = await listed(seller, "seller", "?limit=200");
    const paged: Listed[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: { items: Listed[]; next_cursor: string | null } = await seller.get(
        `/v1/seller/invoices?limit=3${cursor === "" ? "" : `&cursor=${cursor}`}`,
      );
      paged.push(...page.items);
      cursor = page.next_cursor;
    }
    expect(paged).toEqual(all);
    expect(all.length).toBeGreaterThan(3);
  });
});

describe("What is overdue", () => {
  test("is what is open after the day on which it was due, where the seller is", async () => {
    const { order } = await invoiced();
    const answers = async () => Promise.all(["true", "false"].map((is) => listed(company, "buyer", `?order=${order}&overdue=${is}`)));
    expect((await answers()).map((rows) => rows.length)).toEqual([0, 2]);
    const due = Date.parse(`${(await listed(seller, "seller", `?order=${order}`))[0]?.due_on}T00:00:00Z`);
    // The seller is in UTC: to the last second of the day it is not overdue.
    const last = due + day - 60_000 - Date.now();
    await market.moveClock(last);
    expect((await answers()).map((rows) => rows.length)).toEqual([0, 2]);
    await market.moveClock(120_000);
    const [late = [], intime] = await answers();
    expect(intime).toEqual([]);
    expect(late.map(({ overdue, state }) => [overdue, state])).toEqual([
      [true, "issued"],
      [true, "issued"],
    ]);
    await market.moveClock(-last - 120_000);
  });
});

describe("The papers of an invoice", () => {
  test("are a PDF and a UBL with the invoice's number, the same bytes each time and for each who may read it", async () => {
    const { invoices } = await invoiced();
    const { id, number } = invoices[0]!;
    for (const [form, type, ending, head] of [
      ["pdf", "application/pdf", "pdf", "%PDF-1.7"],
      ["ubl", "application/xml", "xml", '<?xml version="1.0" encoding="UTF-8"?>'],
    ] as const) {
      const callers = [
        [seller, "seller"],
        [company, "buyer"],
        [market.operator, "operator"],
        [seller, "seller"],
      ] as const;
      const answers = [];
      for (const [caller, audience] of callers) answers.push(await caller.send("GET", `/v1/${audience}/invoices/${id}/${form}`));
      const [one] = answers;
      expect({ status: one?.status, ...one?.headers }).toMatchObject({
        status: 200,
        "content-type": type,
        "content-disposition": `attachment; filename="${number}.${ending}"`,
        "cache-control": "private, max-age=31536000, immutable",
      });
      expect(one?.body.subarray(0, head.length).toString("latin1")).toBe(head);
      expect(answers.map(({ body }) => body.equals(one?.body ?? Buffer.alloc(0)))).toEqual([true, true, true, true]);
      const known = await company.send("GET", `/v1/buyer/invoices/${id}/${form}`, undefined, {
        headers: { "if-none-match": one?.headers["etag"] ?? "" },
      });
      expect({ status: known.status, bytes: known.body.length, etag: known.headers["etag"] }).toEqual({
        status: 304,
        bytes: 0,
        etag: one?.headers["etag"],
      });
    }
  });

  test("are not there as UBL in a currency with three decimals; JSON and PDF are", async () => {
    const dinar = (amount: number) => ({ amount, currency: "KWD" });
    await market.operator.post(`/v1/operator/companies/${company.id}/credit-accounts`, { currency: "KWD", limit: dinar(1_000_000) });
    const row = { reference: "KWD-1", sku: "UNIT-1", currency: "KWD", unit_price: dinar(1_234), tax_category: "standard" };
    const { results } = await seller.post<{ results: { id: string }[] }>("/v1/seller/offers/bulk", { offers: [row] });
    const offer = results[0]?.id ?? "";
    await seller.post("/v1/seller/stock/receipts", { lines: [{ offer, location: seller.location, quantity: 10 }] });
    const { orders } = await company.post<{ orders: { id: string }[] }>("/v1/buyer/checkouts", {
      ...{ client_reference: "KWD", currency: "KWD", payment_method: "on_account", lines: [{ offer, quantity: 3 }] },
    });
    const order = orders[0]?.id ?? "";
    await seller.post(`/v1/seller/orders/${order}/accept`, {});
    await shipping.shipped(order, [[1, 3]]);
    const [invoice] = await listed(seller, "seller", `?order=${order}`);
    const ubl = await seller.send("GET", `/v1/seller/invoices/${invoice?.id}/ubl`);
    expect({ status: ubl.status, cache: ubl.headers["cache-control"], body: jsonOf(ubl) }).toMatchObject({
      status: 422,
      cache: "no-store",
      body: { code: "not-representable", broken: expect.arrayContaining([{ rule: "BR-DEC-12", detail: "KWD has 3 decimals" }]) },
    });
    expect((await seller.send("GET", `/v1/seller/invoices/${invoice?.id}/pdf`)).status).toBe(200);
    expect((await seller.get<Read>(`/v1/seller/invoices/${invoice?.id}`)).document.currency).toBe("KWD");
  });
});

describe("The file of invoices", () => {
  test("has a row for each, with the numbers of the list", async () => {
    const { order } = await invoiced();
    const csv = (await seller.send("GET", `/v1/seller/invoices/export?format=csv&order=${order}`)).body.toString("utf8");
    const [head = "", ...rows] = csv.trimEnd().split("\r\n");
    const column = head.split(",").indexOf("open.amount");
    expect(rows.map((row) => Number(row.split(",")[column]))).toEqual([4_760, 3_570]);
    const lines = (await market.operator.send("GET", `/v1/operator/invoices/export?format=ndjson&order=${order}`)).body.toString("utf8");
    expect(
      lines
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(await listed(seller, "seller", `?order=${order}`));
  });
});
