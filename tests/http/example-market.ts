import { randomUUID } from "node:crypto";
import { example } from "../../src/http/examples.ts";
import { audienceOf, methodOf, type Operation, templateOf } from "../../src/http/operation.ts";
import type { Caller } from "../support/caller.ts";
import type { HttpRequest } from "../support/barrier.ts";
import { catalogueExamples, exampleCatalogue } from "./example-catalogue.ts";
import { activeFacts, type Market } from "../support/market.ts";

/** One of each that the examples of the reference speak of, made anew, and whoever acts in it. */
export type ExampleMarket = {
  readonly ids: { readonly seller: string; readonly company: string };
  readonly callers: { readonly operator: Caller; readonly seller: Caller; readonly buyer: Caller };
  /** The same value with the ids of this market in the place of those in the reference. */
  readonly real: <Value>(value: Value) => Value;
};

const contact = { name: "Kim Meyer", email: "kim@example.com" };
const address = { street: "Hafenstr. 1", city: "Hamburg", postal_code: "20457", country: "DE" };
const euro = (amount: number) => ({ amount, currency: "EUR" });

/**
 * Makes the objects that the examples speak of, or those that the example of one operation does; the variant is made by the first who asks.
 */
export async function openExampleMarket(market: Market, operation?: Operation): Promise<ExampleMarket> {
  const { operator } = market;
  const spoken = operation === undefined ? undefined : JSON.stringify(operation.example);
  const wanted = (...ids: readonly string[]): boolean => spoken === undefined || ids.some((id) => spoken.includes(id));
  const variant = await exampleVariant(operator);
  const seller = await organisation(market, "sellers");
  const company = await organisation(market, "companies");
  const { id: location } = await seller.caller.post<{ id: string }>("/v1/seller/locations", { name: "Hamburg", country: "DE" });
  const { id: second } = await seller.caller.post<{ id: string }>("/v1/seller/locations", { name: "Lübeck", country: "DE" });
  const { results } = await seller.caller.post<{ results: { id: string }[] }>("/v1/seller/offers/bulk", {
    offers: [{ reference: example.reference, sku: example.sku, currency: "EUR", unit_price: euro(10_000), tax_category: "standard" }],
  });
  const offer = results[0]?.id ?? "";
  const receive = (at: string, quantity: number) =>
    seller.caller.post("/v1/seller/stock/receipts", { lines: [{ offer, location: at, quantity }] });
  await receive(location, 1_000);
  await operator.post(`/v1/operator/companies/${company.id}/credit-accounts`, { currency: "EUR", limit: euro(100_000_000) });
  const place = (reference: string, method: string, quantity: number) =>
    company.caller.post<{ id: string; orders: { id: string }[] }>("/v1/buyer/checkouts", {
      client_reference: reference,
      currency: "EUR",
      payment_method: method,
      lines: [{ offer, quantity }],
    });
  const taxRate = await operator.post<{ id: string }>("/v1/operator/tax-rates", {
    ...{ country: "DE", category: randomUUID().slice(0, 8), code: "S", rate_ppm: 50_000, valid_from: "2020-01-01" },
  });
  // The list does not hold yet, and the plan is in a currency in which nothing is placed.
  const prices = wanted(example.priceList, example.freightPlan) ? await examplePrices(seller.caller, company.id) : [];
  const confirmed = await place(example.clientReference, "on_account", 3);
  const pending = await place("PO-2026-0814", "bank_transfer", 50);
  const ordered = async (reference: string, quantity: number) => (await place(reference, "on_account", quantity)).orders[0]?.id ?? "";
  const parcels = wanted(...parcelExamples)
    ? await exampleParcels(seller.caller, location, await ordered("PO-2026-0818", 6), await ordered("PO-2026-0819", 1))
    : [];
  if (wanted(example.writtenOffInvoice)) await writeOff(operator, new Map(parcels).get(example.writtenOffInvoice) ?? "");
  const commissions = wanted(...commissionExamples)
    ? await exampleCommissions(
        { operator, seller: seller.caller },
        { seller: seller.id, location, ordered, closed: wanted(example.commissionInvoice) },
      )
    : [];
  const questions = wanted(...questionExamples)
    ? await exampleQuestions(
        { seller: seller.caller, buyer: company.caller },
        { asked: await ordered("PO-2026-0821", 2), accepted: await ordered("PO-2026-0822", 2) },
      )
    : [];
  const books = wanted(example.ledgerAccount, example.ledgerTransaction)
    ? await exampleBooks(operator, (await place("PO-2026-0823", "bank_transfer", 1)).id)
    : [];
  const bank = wanted(example.bankStatement, example.bankLine, example.transfer) ? await exampleBank(operator, company.id) : [];
  // All that is ordered is reserved at the first location.
  await receive(second, 100);
  const members: [string, string][] = [];
  for (const [id, caller, tree] of [
    [example.operatorMember, operator, "operator"],
    [example.sellerMember, seller.caller, "seller"],
    [example.companyMember, company.caller, "buyer"],
  ] as const) {
    if (wanted(id)) members.push([id, await viewer(caller, tree)]);
  }
  const waits = { order: pending.orders[0]?.id, reason: "Address to be confirmed", look_again_on: "2026-11-25" };
  const { id: hold } = await operator.post<{ id: string }>("/v1/operator/holds", waits);

  const lives = await organisationsOfAllStates(operator, wanted);
  const { id: deliveries } = await company.caller.post<{ id: string }>("/v1/buyer/addresses", { name: "Warehouse", ...address });
  await company.caller.send("PUT", "/v1/buyer/profile/tax-numbers/AT", { number: "ATU12345678" });
  await seller.caller.send("PUT", "/v1/seller/profile/tax-numbers/AT", { number: "ATU12345678" });

  const pairs = new Map<string, string>([
    ...(wanted(...catalogueExamples) ? await exampleCatalogue(operator, seller.caller) : []),
    ...lives,
    [example.address, deliveries],
    [example.seriesPrefix, seller.prefix],
    [example.seller, seller.id],
    [example.company, company.id],
    [example.key, seller.keyId],
    [example.product, variant.product],
    [example.variant, variant.id],
    [example.location, location],
    [example.secondLocation, second],
    [example.offer, offer],
    [example.taxRate, taxRate.id],
    ...prices,
    [example.checkout, confirmed.id],
    [example.pendingCheckout, pending.id],
    [example.order, confirmed.orders[0]?.id ?? ""],
    [example.companyKey, company.keyId],
    [example.hold, hold],
    ...members,
    ...parcels,
    ...questions,
    ...commissions,
    ...books,
    ...bank,
  ]);
  return {
    ids: { seller: seller.id, company: company.id },
    callers: { operator, seller: seller.caller, buyer: company.caller },
    real: (value) => {
      if (value === undefined) return value;
      const text = [...pairs].reduce((all, [shown, made]) => all.replaceAll(shown, made), JSON.stringify(value));
      return JSON.parse(text) as typeof value;
    },
  };
}

/** A statement with two receipts that nobody is named for: one waits, of the other 100.00 EUR are a company's free funds. */
async function exampleBank(operator: Caller, company: string): Promise<[string, string][]> {
  const account = `AT61${randomUUID().replaceAll("-", "").slice(0, 16).toUpperCase()}`;
  const rows = ["opening,1000.00,", "entry,100.00,B-1", "entry,250.00,B-2", "closing,1350.00,"].map((row) => {
    const [kind, amount, reference] = row.split(",");
    return `${kind},S-1,${account},EUR,2026-01-15,${amount},${reference}`;
  });
  const text = ["kind,statement,account,currency,date,amount,reference", ...rows, ""].join("\n");
  await operator.post("/v1/operator/bank-statements", { format: "csv", text });
  const { items: statements } = await operator.get<{ items: { id: string }[] }>(`/v1/operator/bank-statements?account=${account}`);
  const { items: lines } = await operator.get<{ items: { id: string }[] }>(`/v1/operator/bank-lines?account=${account}`);
  const [waiting, assigned] = lines;
  await operator.post(`/v1/operator/bank-lines/${assigned?.id}/assign`, {
    allocations: [{ company, amount: euro(10_000) }],
    reason: "said so",
  });
  return [
    [example.bankStatement, statements[0]?.id ?? ""],
    [example.bankLine, waiting?.id ?? ""],
    [example.transfer, randomUUID()],
  ];
}

/** Nobody waits any more for the company to pay. */
async function writeOff(operator: Caller, invoice: string): Promise<void> {
  await operator.post(`/v1/operator/invoices/${invoice}/write-offs`, { reason: "insolvent" });
}

/** The operator's bank, with what was paid for a checkout. */
async function exampleBooks(operator: Caller, checkout: string): Promise<[string, string][]> {
  await operator.post(`/v1/operator/checkouts/${checkout}/receipts`, { bank_reference: randomUUID(), amount: euro(11_900) });
  const path = "/v1/operator/ledger";
  const { items: banks } = await operator.get<{ items: { id: string }[] }>(`${path}/accounts?kind=bank&currency=EUR`);
  const { items: booked } = await operator.get<{ items: { transaction: string }[] }>(`${path}/journal?limit=1`);
  return [
    [example.ledgerAccount, banks[0]?.id ?? ""],
    [example.ledgerTransaction, booked[0]?.transaction ?? ""],
  ];
}

const questionExamples = [example.askedOrder, example.orderRequest, example.acceptedOrder, example.cancellationRequest];

/** A seller asks whether less will do, and a company asks to cancel a part of what is accepted. */
async function exampleQuestions(
  callers: { seller: Caller; buyer: Caller },
  orders: { asked: string; accepted: string },
): Promise<[string, string][]> {
  type Asked = { open_requests: { id: string }[] };
  const { seller, buyer } = callers;
  const less = { lines: [{ line_number: 1, quantity: 1 }], reason: "one of them is damaged" };
  const acceptance = await seller.post<Asked>(`/v1/seller/orders/${orders.asked}/accept`, less);
  await seller.post(`/v1/seller/orders/${orders.accepted}/accept`, {});
  const one = { lines: [{ line_number: 1, quantity: 1 }], reason: "one too many" };
  const cancellation = await buyer.post<Asked>(`/v1/buyer/orders/${orders.accepted}/cancel`, one);
  return [
    [example.askedOrder, orders.asked],
    [example.orderRequest, acceptance.open_requests[0]?.id ?? ""],
    [example.acceptedOrder, orders.accepted],
    [example.cancellationRequest, cancellation.open_requests[0]?.id ?? ""],
  ];
}

/** A member who may look and nothing else. */
async function viewer(caller: Caller, tree: string): Promise<string> {
  const person = { name: "Robin Voss", email: "robin.voss@example.com", role: "viewer" };
  return (await caller.post<{ id: string }>(`/v1/${tree}/members`, person)).id;
}

// Beyond what any market numbers its own sellers with.
let opened = 36 ** 4;

async function organisation(market: Market, kind: "sellers" | "companies") {
  opened += 1;
  const facts: Record<string, unknown> = { name: `Example ${kind}`, address, contact, ...activeFacts(kind, "DE", opened) };
  const { id } = await market.operator.post<{ id: string }>(`/v1/operator/${kind}`, facts);
  const path = `/v1/operator/${kind}/${id}/keys`;
  const acting = await market.operator.post<{ secret: string }>(path, { name: "all", role: "owner" });
  // The examples revoke a key; it must not be the one that acts.
  const { id: keyId } = await market.operator.post<{ id: string }>(path, { name: "spare", role: "viewer" });
  return { id, keyId, prefix: String(facts["series_prefix"]), caller: market.caller(acting.secret) };
}

/** Sellers and companies that the operator can do something with, by the ids of the reference. */
async function organisationsOfAllStates(operator: Caller, wanted: (id: string) => boolean): Promise<[string, string][]> {
  type Kind = "sellers" | "companies";
  const add = async (example: string, kind: Kind, activate: boolean, command?: string, body: object = {}): Promise<[string, string][]> => {
    if (!wanted(example)) return [];
    opened += 1;
    const facts = { name: `Example ${kind}`, address, contact, ...activeFacts(kind, "DE", opened), activate };
    const { id } = await operator.post<{ id: string }>(`/v1/operator/${kind}`, facts);
    if (command !== undefined) await operator.post(`/v1/operator/${kind}/${id}/${command}`, body);
    return [[example, id]];
  };
  const suspension = { reach: "hold", reason: "an example" };
  const added = await Promise.all([
    add(example.appliedSeller, "sellers", false),
    add(example.reviewedSeller, "sellers", false, "review"),
    add(example.idleSeller, "sellers", true),
    add(example.suspendedSeller, "sellers", true, "suspend", suspension),
    add(example.pendingCompany, "companies", false),
    add(example.idleCompany, "companies", true),
    add(example.suspendedCompany, "companies", true, "suspend", suspension),
  ]);
  return added.flat();
}

const parcelExamples = [
  ...[example.shippingOrder, example.packedShipment, example.shippedShipment, example.lostShipment, example.refusedShipment],
  ...[example.deliveredOrder, example.arrivedAt],
  ...[example.invoice, example.invoiceNumber, example.creditNote, example.creditedInvoice, example.writtenOffInvoice],
];

/** The invoice of a parcel that left, that of one that arrived, and the credit note on that of one that came back. */
async function examplePapers(
  seller: Caller,
  parcels: { shipped: string; refused: string; delivered: string },
): Promise<[string, string][]> {
  type Papers = { items: { id: string; shipment: string; number: string }[] };
  const { items: invoices } = await seller.get<Papers>("/v1/seller/invoices");
  const [invoice, credited, arrived] = [parcels.shipped, parcels.refused, parcels.delivered].map((parcel) =>
    invoices.find(({ shipment }) => shipment === parcel),
  );
  const { items: notes } = await seller.get<Papers>(`/v1/seller/credit-notes?invoice=${credited?.id}`);
  return [
    [example.invoice, invoice?.id ?? ""],
    [example.invoiceNumber, invoice?.number ?? ""],
    [example.creditedInvoice, credited?.id ?? ""],
    [example.creditNote, notes[0]?.id ?? ""],
    [example.writtenOffInvoice, arrived?.id ?? ""],
  ];
}

const commissionExamples = [example.commissionPlan, example.commissionStatement, example.commissionInvoice];

/** A plan for the seller, a statement of one parcel that is closed where that is wanted, and an open one. */
async function exampleCommissions(
  { operator, seller }: { operator: Caller; seller: Caller },
  facts: { seller: string; location: string; closed: boolean; ordered: (reference: string, quantity: number) => Promise<string> },
): Promise<[string, string][]> {
  const plan = await operator.post<{ id: string }>("/v1/operator/commission-plans", {
    ...{ name: "Tools", seller: facts.seller, currency: "EUR", valid_from: "2026-01-01", on_freight: true },
    steps: [{ from: euro(0), rate_ppm: 80_000, fixed: euro(30) }],
  });
  const charge = async (reference: string): Promise<string> => {
    const order = await facts.ordered(reference, 1);
    await seller.post(`/v1/seller/orders/${order}/accept`, {});
    const parcel = { location: facts.location, lines: [{ line_number: 1, quantity: 1 }], ship: true };
    await seller.post(`/v1/seller/orders/${order}/shipments`, parcel);
    const path = "/v1/seller/commission-statements?state=open";
    return (await seller.get<{ items: { id: string }[] }>(path)).items[0]?.id ?? "";
  };
  const pairs: [string, string][] = [[example.commissionPlan, plan.id]];
  if (facts.closed) {
    const path = `/v1/operator/commission-statements/${await charge("PO-2026-0824")}/close`;
    pairs.push([example.commissionInvoice, (await operator.post<{ commission_invoice: string }>(path, {})).commission_invoice]);
  }
  return [...pairs, [example.commissionStatement, await charge("PO-2026-0825")]];
}

/** Parcels of an order in all states in which something can be done about them, and an order that has arrived. */
async function exampleParcels(seller: Caller, location: string, shipping: string, arrived: string): Promise<[string, string][]> {
  const pack = async (order: string, ship: boolean) => {
    const lines = [{ line_number: 1, quantity: 1 }];
    return seller.post<{ id: string; shipped_at: string | null }>(`/v1/seller/orders/${order}/shipments`, { location, lines, ship });
  };
  await Promise.all([shipping, arrived].map((order) => seller.post(`/v1/seller/orders/${order}/accept`, {})));
  const delivered = await pack(arrived, true);
  const packed = await pack(shipping, false);
  const [shipped, lost, refused] = [await pack(shipping, true), await pack(shipping, true), await pack(shipping, true)];
  await Promise.all([
    seller.post(`/v1/seller/shipments/${delivered.id}/deliver`, {}),
    seller.post(`/v1/seller/shipments/${lost.id}/lose`, { reason: "not seen for ten days" }),
    seller.post(`/v1/seller/shipments/${refused.id}/refuse`, { reason: "box is open" }),
  ]);
  return [
    [example.shippingOrder, shipping],
    [example.packedShipment, packed.id],
    [example.shippedShipment, shipped.id],
    [example.lostShipment, lost.id],
    [example.refusedShipment, refused.id],
    [example.deliveredOrder, arrived],
    ...(await examplePapers(seller, { shipped: shipped.id, refused: refused.id, delivered: delivered.id })),
    // The last of them had left by then.
    [example.arrivedAt, refused.shipped_at ?? ""],
  ];
}

async function examplePrices(seller: Caller, company: string): Promise<[string, string][]> {
  const terms = { name: "Shipyards 2099", currency: "EUR", valid_from: "2099-01-01" };
  const { id: priceList } = await seller.post<{ id: string }>("/v1/seller/price-lists", terms);
  await seller.post(`/v1/seller/price-lists/${priceList}/prices`, {
    prices: [{ reference: example.reference, unit_price: euro(9_000) }],
  });
  await seller.post(`/v1/seller/price-lists/${priceList}/companies`, { companies: [company] });
  const plan = { name: "Parcel", kind: "flat", currency: "NOK", amount: { amount: 9_900, currency: "NOK" } };
  const { id: freightPlan } = await seller.post<{ id: string }>("/v1/seller/freight-plans", plan);
  return [
    [example.priceList, priceList],
    [example.freightPlan, freightPlan],
  ];
}

type Variant = { readonly id: string; readonly product: string };

const variants = new Map<string, Promise<Variant>>();

/** The one variant of a market that all examples speak of: its SKU is unique. */
function exampleVariant(operator: Caller): Promise<Variant> {
  const made = variants.get(operator.secret) ?? makeVariant(operator);
  variants.set(operator.secret, made);
  return made;
}

async function makeVariant(operator: Caller): Promise<Variant> {
  const product = await operator.post<{ id: string; variants: { id: string }[] }>("/v1/operator/products", {
    title: "Hexagon bolt M8",
    variants: [{ sku: example.sku, title: "M8 x 40, A2", unit: "C62", attributes: { material: "A2" } }],
  });
  return { id: product.variants[0]?.id ?? "", product: product.id };
}

/** The path of an operation with these parameters and this query. */
export function pathTo(operation: Operation, params: object = {}, query: object = {}): string {
  const path = Object.entries(params).reduce((all, [name, value]) => all.replace(`{${name}}`, String(value)), templateOf(operation));
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) for (const each of [value].flat()) parameters.append(name, String(each));
  const text = parameters.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** The request of an operation's example in this market, by whoever may send it. */
export function exampleRequest(operation: Operation, { callers, real }: ExampleMarket, headers: Record<string, string> = {}): HttpRequest {
  const { params, query, body } = real(operation.example);
  const sent = "body" in operation ? (body ?? {}) : undefined;
  const audience = audienceOf(operation);
  const path = pathTo(operation, params as object, query as object);
  if (audience !== "public") return callers[audience].request(methodOf(operation), path, sent, { headers });
  const request = callers.operator.request(methodOf(operation), path, sent);
  const { authorization: _nobodys, ...open } = request.headers ?? {};
  return { ...request, headers: { ...open, ...headers } };
}
