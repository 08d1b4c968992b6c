import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromWireId, type Prefix } from "../../src/kernel/ids.ts";
import { jsonOf, openStartLine } from "../support/barrier.ts";
import { codeOf, tally } from "../support/caller.ts";
import { type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { recordedOf } from "./recorded.ts";
import { shippingOf } from "./shipment-stories.ts";

let market: OwnMarket;
let company: Company;
beforeAll(async () => {
  market = await openMarket();
  company = await market.company();
});
afterAll(() => market.close());

const eur = (amount: number) => ({ amount, currency: "EUR" });
const uuidOf = (id: string) => fromWireId(id.slice(0, 3) as Prefix, id);

type Money = { readonly amount: number };
type Statement = {
  readonly id: string;
  readonly state: string;
  readonly net: Money;
  readonly tax: Money;
  readonly entries: number;
  readonly commission_invoice: string | null;
};
type Entry = { readonly number: number; readonly kind: string; readonly document: string; readonly net: Money; readonly tax: Money };
type Page<Item> = { readonly items: readonly Item[] };

/** A seller that a plan of 8 % and 0.30 a line counts for; from 100.00 on it is 6 %. */
async function charged(terms: object = {}, country = "DE"): Promise<Seller> {
  const seller = await market.seller({ country });
  const steps = [
    { from: eur(0), rate_ppm: 80_000, fixed: eur(30) },
    { from: eur(10_000), rate_ppm: 60_000 },
  ];
  const plan = { name: "Plan", seller: seller.id, currency: "EUR", steps, valid_from: "2026-01-01", ...terms };
  await market.operator.post("/v1/operator/commission-plans", plan);
  return seller;
}

const statements = async (seller: Seller) => (await seller.get<Page<Statement>>("/v1/seller/commission-statements")).items;
const entriesOf = async (seller: Seller, id: string) =>
  (await seller.get<Page<Entry>>(`/v1/seller/commission-statements/${id}/entries`)).items;
const close = (id: string) => market.operator.send("POST", `/v1/operator/commission-statements/${id}/close`, {});
const numbersOf = ({ state, net, tax, entries }: Statement) => [state, net.amount, tax.amount, entries];

type Agreed = { credit_risk: string; tax_code: string | null; tax_rate_ppm: number | null; commission: string; terms: string };
async function agreedOf(order: string): Promise<Agreed> {
  const [row] = await market.database.owner<Agreed>("select * from order_commissions where order_id = $1", [uuidOf(order)]);
  if (row === undefined) throw new Error("no commission was agreed");
  return row;
}

/** What a seller's parcels moved in the books, by kind and pair of accounts. */
async function booked(seller: Seller, ...kinds: readonly string[]) {
  const rows = await market.database.owner<{ kind: string; debit: string; credit: string; amount: string }>(
    `select t.kind, d.kind as debit, c.kind as credit, sum(m.amount)::text as amount
     from ledger_transactions t join ledger_transfers m using (transaction_id)
       join ledger_accounts d on d.account_id = m.debit_account_id join ledger_accounts c on c.account_id = m.credit_account_id
     where (m.debit_party_id = $1 or m.credit_party_id = $1) and t.kind = any ($2)
     group by 1, 2, 3 order by 1, 2, 3`,
    [uuidOf(seller.id), kinds],
  );
  return rows.map(({ kind, debit, credit, amount }) => `${kind}: ${debit} → ${credit} ${amount}`);
}

describe("The commission of an order", () => {
  it("is frozen with it by the plan and the step of each line, and the company does not see it", async () => {
    const seller = await charged({ returned_on_write_off: true });
    const offers = await seller.offers([{ price: 999 }, { price: 2_500 }]);
    const order = await shippingOf(market, seller, company).ordered(offers, [1, 4]);

    const { terms, ...agreed } = await agreedOf(order);
    // R(9.99 × 8 %) + 0.30, and R(100.00 × 6 %).
    expect(agreed).toMatchObject({ credit_risk: "seller", tax_code: "S", tax_rate_ppm: 190_000, commission: "710" });
    const plan = expect.stringMatching(/^cpl_/);
    expect(JSON.parse(terms)).toEqual({
      lines: [
        { line_number: 1, plan, rate_ppm: 80_000, fixed: 30, commission: 110 },
        { line_number: 2, plan, rate_ppm: 60_000, fixed: 0, commission: 600 },
      ],
      freight: { commission: 0 },
      returned_on_write_off: true,
    });
    const seen = JSON.stringify([await company.get(`/v1/buyer/orders/${order}`), await company.get("/v1/buyer/events")]);
    expect(seen).not.toContain("commission");
  });

  it("is that of the nearest category of its goods, and freight bears the rate of the seller's plan for all goods", async () => {
    const seller = await charged({ on_freight: true });
    const category = async (slug: string, parent?: string) =>
      (
        await market.operator.post<{ id: string }>("/v1/operator/categories", {
          slug,
          name: slug,
          ...(parent === undefined ? {} : { parent }),
        })
      ).id;
    const tools = await category("tools");
    const drills = await category("drills", tools);
    await market.operator.post("/v1/operator/products", {
      ...{ title: "Drill", category: drills },
      variants: [{ sku: "DRILL-1", title: "Drill", unit: "C62", attributes: {} }],
    });
    const plan = {
      name: "Tools",
      category: tools,
      currency: "EUR",
      steps: [{ from: eur(0), rate_ppm: 100_000 }],
      valid_from: "2026-01-01",
    };
    await market.operator.post("/v1/operator/commission-plans", plan);
    await market.operator.post("/v1/operator/commission-plans", { ...plan, seller: seller.id, name: "Own tools" });
    await seller.post("/v1/seller/freight-plans", { name: "Parcel", kind: "flat", currency: "EUR", amount: eur(500) });
    const row = { reference: "drill", sku: "DRILL-1", currency: "EUR", unit_price: eur(1_000), tax_category: "standard" };
    const { results } = await seller.post<{ results: { id: string }[] }>("/v1/seller/offers/bulk", { offers: [row] });
    const drill = results[0]?.id ?? "";
    await seller.post("/v1/seller/stock/receipts", { lines: [{ offer: drill, location: seller.location, quantity: 10 }] });
    const unit = await seller.offer();

    const placed = await company.placed([
      { offer: { ...unit, id: drill }, quantity: 1 },
      { offer: unit, quantity: 1 },
    ]);
    const { terms, commission } = await agreedOf(placed.orders[0]?.id ?? "");
    // 10 % of 10.00, 8 % of 10.00 and 0.30, 8 % of 5.00 without anything fixed.
    expect([commission, JSON.parse(terms)]).toMatchObject([
      "250",
      { lines: [{ commission: 100 }, { commission: 110 }], freight: { commission: 40 } },
    ]);
  });

  it("is none without a plan, nor by one that has ended; and what was placed keeps the plan that it was placed by", async () => {
    const seller = await charged({ valid_from: "2020-01-01", valid_until: "2021-01-01" });
    const shipping = shippingOf(market, seller, company);
    const { order } = await shipping.accepted(1);
    expect(await agreedOf(order)).toMatchObject({ commission: "0", tax_code: null, credit_risk: "seller" });
    await shipping.shipped(order, [[1, 1]]);
    expect(await statements(seller)).toEqual([]);

    const other = await charged();
    const { items } = await market.operator.get<Page<{ id: string }>>(`/v1/operator/commission-plans?seller=${other.id}`);
    const later = shippingOf(market, other, company);
    const { order: before } = await later.accepted(1);
    const dearer = { name: "Dearer", steps: [{ from: eur(0), rate_ppm: 500_000 }] };
    await market.operator.send("PUT", `/v1/operator/commission-plans/${items[0]?.id}`, dearer);
    await later.shipped(before, [[1, 1]]);
    expect((await statements(other)).map(numbersOf)).toEqual([["open", 110, 21, 1]]);
  });

  it("is refused where its tax is not known", async () => {
    const own = await openMarket();
    const seller = await own.seller();
    const offer = await seller.offer({ taxCategory: "reduced" });
    const plan = { name: "Plan", currency: "EUR", steps: [{ from: eur(0), rate_ppm: 80_000 }], valid_from: "2026-01-01" };
    const { changed_at: madeAt } = await own.operator.post<{ changed_at: string }>("/v1/operator/commission-plans", plan);
    const today = madeAt.slice(0, 10);
    const { items } = await own.operator.get<Page<{ id: string; category: string }>>("/v1/operator/tax-rates");
    const standard = items.find(({ category }) => category === "standard");
    await own.operator.post(`/v1/operator/tax-rates/${standard?.id}/end`, { valid_until: today });

    const answer = await (await own.company()).place([{ offer, quantity: 1 }]);
    await own.close();
    expect([answer.status, codeOf(answer)]).toEqual([409, "commission-tax-missing"]);
    expect(jsonOf(answer)).toMatchObject({ seller: seller.id, country: "DE" });
  });
});

describe("Each invoice of an order", () => {
  it("charges its part of the commission, and all parts are the whole; what was cancelled is not charged", async () => {
    const seller = await charged();
    const shipping = shippingOf(market, seller, company);
    const { order } = await shipping.accepted(7);
    await shipping.shipped(order, [[1, 3]]);
    await shipping.shipped(order, [[1, 2]]);
    await market.operator.post(`/v1/operator/orders/${order}/cancel`, { reason: "no more" });

    // R(70.00 × 8 %) + 0.30 is 5.90: three of seven units are 2.52, two more 1.69.
    const [statement] = await statements(seller);
    expect(statement && numbersOf(statement)).toEqual(["open", 421, 80, 2]);
    const entries = await entriesOf(seller, statement?.id ?? "");
    expect(entries.map(({ number, kind, net, tax }) => [number, kind, net.amount, tax.amount])).toEqual([
      [2, "charged", 169, 32],
      [1, "charged", 252, 48],
    ]);
    expect(await booked(seller, "commission_charged", "invoice_issued")).toEqual([
      "commission_charged: payable_pending → commission 421",
      "commission_charged: payable_pending → commission_tax 80",
      "invoice_issued: receivable → payable_pending 5950",
    ]);
    const [payable] = await market.database.owner(
      "select sum(pending)::int as pending, sum(commission)::int as commission from invoice_payables where seller_id = $1",
      [uuidOf(seller.id)],
    );
    expect(payable).toEqual({ pending: 5_950 - 501, commission: 421 });
  });

  it("of a seller whose risk the operator bears is payable at once, less the commission", async () => {
    const seller = await charged();
    await market.operator.send("PUT", `/v1/operator/sellers/${seller.id}/contract`, { credit_risk: "operator" });
    const shipping = shippingOf(market, seller, company);
    const { order } = await shipping.accepted(10);
    await shipping.shipped(order, [[1, 10]]);

    expect(await booked(seller, "commission_charged", "invoice_issued")).toEqual([
      "commission_charged: payable → commission 600",
      "commission_charged: payable → commission_tax 114",
      "invoice_issued: payable_pending → payable 11900",
      "invoice_issued: receivable → payable_pending 11900",
    ]);
  });

  it("of a seller in another member state charges commission without tax", async () => {
    await market.operator.post("/v1/operator/tax-rates", {
      country: "AT",
      category: "standard",
      code: "S",
      rate_ppm: 200_000,
      valid_from: "2020-01-01",
    });
    const seller = await charged({}, "AT");
    const shipping = shippingOf(market, seller, await market.company({ country: "AT" }));
    const { order } = await shipping.accepted(10);
    await shipping.shipped(order, [[1, 10]]);

    expect(await statements(seller)).toMatchObject([{ tax_code: "AE", tax_rate_ppm: 0, net: eur(600), tax: eur(0) }]);
    const [open] = await statements(seller);
    expect((await close(open?.id ?? "")).status).toBe(200);
    expect(await market.doctor()).toMatchObject({ violations: [] });
  });
});

describe("A commission statement", () => {
  it("is closed with an invoice of exactly its net and tax, told and audited; the next charge opens another one", async () => {
    const seller = await charged();
    const shipping = shippingOf(market, seller, company);
    const { order } = await shipping.accepted(3);
    await shipping.shipped(order, [[1, 1]]);
    await shipping.shipped(order, [[1, 1]]);
    const [open] = await statements(seller);

    const answer = await close(open?.id ?? "");
    const closed = jsonOf<Statement>(answer);
    expect([answer.status, ...numbersOf(closed)]).toEqual([200, "closed", 180, 34, 2]);
    expect(await seller.get(`/v1/seller/commission-statements/${closed.id}`)).toEqual(closed);
    expect(await recordedOf(market, closed.id)).toEqual([expect.stringContaining(`commission_statement.closed 1, told ${seller.id}`)]);
    const audited = await market.operator.get<Page<{ action: string; subject: string; after: object }>>("/v1/operator/audit");
    expect(audited.items.filter(({ subject }) => subject === closed.id)).toMatchObject([
      { action: "commission_statement.closed", before: { state: "open" }, after: { state: "closed" } },
    ]);
    const [document] = await market.database.owner<{ text: string; number_text: string }>(
      "select text, number_text from documents where document_id = $1 and recipient_id = $2",
      [uuidOf(closed.commission_invoice ?? ""), uuidOf(seller.id)],
    );
    expect(document?.number_text).toMatch(/^STOA-\d{4}-\d{6}$/);
    expect(JSON.parse(document?.text ?? "")).toMatchObject({
      ...{
        type: "commission_invoice",
        net: 180,
        tax: 34,
        total: 214,
        seller: { name: "Stoa Marketplace GmbH" },
        company: { id: seller.id },
      },
      lines: [{ title: "Commission", attributes: { documents: "2" } }],
    });
    const again = await close(closed.id);
    expect([again.status, codeOf(again)]).toEqual([409, "commission-statement-closed"]);

    await shipping.shipped(order, [[1, 1]]);
    expect((await statements(seller)).map(numbersOf)).toEqual([
      ["open", 90, 17, 1],
      ["closed", 180, 34, 2],
    ]);
    expect(await market.doctor()).toMatchObject({ violations: [] });
  });

  it("is its seller's and the operator's affair", async () => {
    const seller = await charged();
    const other = await market.seller();
    const shipping = shippingOf(market, seller, company);
    const { order } = await shipping.accepted(1);
    await shipping.shipped(order, [[1, 1]]);
    const [open] = await statements(seller);

    const path = `/commission-statements/${open?.id}`;
    const answers = [await other.send("GET", `/v1/seller${path}`), await other.send("GET", `/v1/seller${path}/entries`)];
    expect(tally(answers)).toEqual({ "404 not-found": 2 });
    expect(await statements(other)).toEqual([]);
    const listed = await market.operator.get<Page<Statement>>(
      `/v1/operator/commission-statements?seller=${seller.id}&state=open&currency=EUR`,
    );
    expect(listed.items).toEqual([open]);
    const csv = await market.operator.send("GET", `/v1/operator${path}/entries/export?format=csv`);
    expect(csv.body.toString("utf8").split("\n").slice(0, 2)).toMatchObject([
      expect.stringContaining("document_number"),
      expect.stringContaining("charged"),
    ]);
  });

  it("is charged whole when parcels leave and it is closed at once", async () => {
    const seller = await charged();
    const shipping = shippingOf(market, seller, company);
    const orders = await Promise.all(Array.from({ length: 8 }, async () => (await shipping.accepted(1)).order));
    const parcels = await Promise.all(orders.map(async (order) => (await shipping.packed(order, [[1, 1]])).id));
    await shipping.done("seller", parcels[0] ?? "", "ship");
    const [open] = await statements(seller);
    const line = await openStartLine({ origins: market.origins(), size: 8 });
    const answers = await line.release([
      ...parcels.slice(1).map((parcel) => seller.request("POST", `/v1/seller/shipments/${parcel}/ship`, {})),
      market.operator.request("POST", `/v1/operator/commission-statements/${open?.id}/close`, {}),
    ]);
    line.close();

    expect(tally(answers)).toEqual({ "200": 8 });
    const all = await statements(seller);
    expect(all.reduce((sum, { net, entries }) => [(sum[0] ?? 0) + net.amount, (sum[1] ?? 0) + entries], [0, 0])).toEqual([8 * 110, 8]);
    for (const { id, net, tax, entries } of all) {
      const rows = await entriesOf(seller, id);
      expect(rows.reduce((sum, row) => [(sum[0] ?? 0) + row.net.amount, (sum[1] ?? 0) + row.tax.amount], [0, 0])).toEqual([
        net.amount,
        tax.amount,
      ]);
      expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: entries }, (_, index) => entries - index));
    }
    expect(await market.doctor()).toMatchObject({ violations: [] });
  });
});
