import { type Caller, createCaller } from "../tests/support/caller.ts";
import type { Goods, Organisation } from "./goods.ts";
import { inParallel } from "./in-parallel.ts";
import { fillPapers } from "./showroom-papers.ts";

/** One row and many rows of the same kind, so that a list of each can be asked for. */
export type OneAndMany = { readonly one: string; readonly many: string };

/** One seller and one company that have `rows` rows in each of their lists; the operator has as many. */
export type Showroom = {
  readonly rows: number;
  readonly callers: { readonly operator: Caller; readonly seller: Caller; readonly buyer: Caller; readonly public: Caller };
  /** Of the company's orders, one is of the first seller and many are of the second. */
  readonly sellers: OneAndMany;
  /** Of the seller's orders, one is of the first company and many are of the second. */
  readonly companies: OneAndMany;
  /** Where there is stock of one offer, received once, and of many. */
  readonly locations: OneAndMany;
  /** With one price, and with many prices and companies. */
  readonly priceLists: OneAndMany;
  /** With one parcel and with many, each invoiced, and each invoice credited once. */
  readonly orders: { readonly oneShipment: string; readonly manyShipments: string };
  /** With one entry and with many. */
  readonly commissionStatements: OneAndMany;
  /** Of the receipts, one is in the first currency and many are in the second. */
  readonly receiptCurrencies: OneAndMany;
  /** The account of the books on which those many receipts were booked. */
  readonly bankAccount: string;
  /** In how many currencies the company has credit, when `grow` is done. */
  readonly currencies: number;
  /** Fills the lists that always come whole: until then they have one row. */
  readonly grow: () => Promise<void>;
};

const furtherCurrencies = [
  "AUD",
  "BRL",
  "CAD",
  "CHF",
  "CZK",
  "DKK",
  "GBP",
  "HUF",
  "JPY",
  "KWD",
  "NOK",
  "NZD",
  "PLN",
  "RON",
  "SEK",
  "TND",
  "USD",
];

const farAway = "2099-01-01";
const address = { street: "Hafenstr. 1", city: "Hamburg", postal_code: "20457", country: "DE" };
/** In which one checkout is placed: it is paid by bank transfer, so nobody needs credit in it. */
const rareCurrency = "SEK";
const euro = (amount: number) => ({ amount, currency: "EUR" });

type Opened = { readonly operator: Caller; readonly seller: Organisation; readonly company: Organisation };

/** Fills the lists through the public API. There are sellers and products besides, so public lists have as many rows as there are of them. */
export async function openShowroom(goods: Goods, operator: Caller, origin: () => string, rows: number): Promise<Showroom> {
  const [seller, otherSeller] = [await goods.organisation("sellers", "showroom"), await goods.organisation("sellers", "other showroom")];
  const company = await goods.organisation("companies", "showroom");
  const otherCompany = await goods.organisation("companies", "other showroom");
  const opened: Opened = { operator, seller, company };
  await fillOrganisations(opened, rows);
  const { locations, offers } = await fillGoods(opened, rows);
  const priceLists = await fillPrices(opened, goods, offers, rows);
  const single = await offerOf(otherSeller.caller);
  await placePaid(opened, { offer: single, reference: "showroom-single", quantity: 1, currency: rareCurrency });
  await placeOnAccount(otherCompany, { offer: offers[0] ?? "", reference: "showroom-other", quantity: 1 });
  await addCategory(operator, 0);
  const orders = await fillOrders(opened, { offer: offers[0] ?? "", location: locations.many, rows });
  const commissionStatements = await fillPapers(operator, seller, orders, rows);
  const { items } = await operator.get<{ items: { id: string }[] }>("/v1/operator/ledger/accounts?kind=bank&currency=EUR");
  const [bankAccount] = items;
  if (bankAccount === undefined) throw new Error("no receipt was booked");
  return {
    rows,
    callers: { operator, seller: seller.caller, buyer: company.caller, public: createCaller(origin, "") },
    sellers: { one: otherSeller.id, many: seller.id },
    companies: { one: otherCompany.id, many: company.id },
    locations,
    priceLists,
    orders,
    commissionStatements,
    receiptCurrencies: { one: rareCurrency, many: "EUR" },
    bankAccount: bankAccount.id,
    currencies: furtherCurrencies.length + 1,
    grow: async () => {
      await inParallel(rows - 1, (index) => addCategory(operator, index + 1));
      await inParallel(furtherCurrencies.length, async (index) => {
        const currency = furtherCurrencies[index];
        await operator.post(`/v1/operator/companies/${company.id}/credit-accounts`, { currency, limit: { amount: 1_000, currency } });
      });
    },
  };
}

async function addCategory(operator: Caller, index: number): Promise<void> {
  await operator.post("/v1/operator/categories", { name: `Heading ${index}`, slug: `heading-${index}` });
}

/** Members, keys, addresses, tax rates, freight plans. */
async function fillOrganisations({ operator, seller, company }: Opened, rows: number): Promise<void> {
  const trees = [
    { caller: operator, tree: "operator", keys: "/v1/operator/keys" },
    { caller: seller.caller, tree: "seller", keys: `/v1/operator/sellers/${seller.id}/keys` },
    { caller: company.caller, tree: "buyer", keys: `/v1/operator/companies/${company.id}/keys` },
  ] as const;
  await inParallel(rows, async (index) => {
    for (const { caller, tree, keys } of trees) {
      const member = { name: `Member ${index}`, email: `member-${index}@example.com`, role: "viewer" };
      await caller.post(`/v1/${tree}/members`, member);
      await operator.post(keys, { name: `Key ${index}`, role: "viewer" });
    }
    await company.caller.post("/v1/buyer/addresses", { name: `Yard ${index}`, ...address });
    await operator.post("/v1/operator/tax-rates", {
      ...{ country: "DE", category: `showroom-${index}`, code: "S", rate_ppm: 190_000, valid_from: "2020-01-01" },
    });
    // In a currency in which nothing is placed.
    await seller.caller.post("/v1/seller/freight-plans", {
      ...{ name: `Plan ${index}`, kind: "flat", currency: "NOK", amount: { amount: 9_900, currency: "NOK" } },
    });
  });
}

/** Locations, products, and an offer of each with stock; at a location of its own there is one of them. */
async function fillGoods({ operator, seller }: Opened, rows: number): Promise<{ locations: OneAndMany; offers: readonly string[] }> {
  const locations = await inParallel(rows, (index) =>
    seller.caller.post<{ id: string }>("/v1/seller/locations", { name: `Shed ${index}`, country: "DE" }),
  );
  const [many, one] = locations.map(({ id }) => id);
  if (one === undefined || many === undefined) throw new Error("the showroom needs two locations");
  await inParallel(rows, (index) =>
    operator.post("/v1/operator/products", {
      title: `Showroom ${index + 1}`,
      variants: [{ sku: `SHOWROOM-${index + 1}`, title: "Unit", unit: "C62", attributes: {} }],
    }),
  );
  const offered = Array.from({ length: rows }, (_, index) => ({
    ...{ reference: `showroom-${index + 1}`, sku: `SHOWROOM-${index + 1}`, currency: "EUR", unit_price: euro(1_000) },
    tax_category: "standard",
  }));
  const { results } = await seller.caller.post<{ results: { id?: string }[] }>("/v1/seller/offers/bulk", { offers: offered });
  const offers = results.flatMap(({ id }) => (id === undefined ? [] : [id]));
  const [first] = offers;
  if (offers.length !== rows || first === undefined) throw new Error("an offer was left out");
  const received = offers.map((offer) => ({ offer, location: many, quantity: 1_000_000 }));
  await seller.caller.post("/v1/seller/stock/receipts", { lines: received });
  await seller.caller.post("/v1/seller/stock/receipts", { lines: [{ offer: offers[1] ?? first, location: one, quantity: 1 }] });
  return { locations: { one, many }, offers };
}

/** Price lists that name the company, the first with a price for each offer and with many companies. They hold in another time. */
async function fillPrices({ seller, company }: Opened, goods: Goods, offers: readonly string[], rows: number): Promise<OneAndMany> {
  const lists = await inParallel(rows, async (index) => {
    const body = { name: `List ${index}`, currency: "EUR", valid_from: farAway };
    const { id } = await seller.caller.post<{ id: string }>("/v1/seller/price-lists", body);
    await seller.caller.post(`/v1/seller/price-lists/${id}/companies`, { companies: [company.id] });
    return id;
  });
  const [many, one] = lists;
  if (one === undefined || many === undefined) throw new Error("the showroom needs two price lists");
  const prices = offers.map((offer) => ({ offer, unit_price: euro(900) }));
  await seller.caller.post(`/v1/seller/price-lists/${many}/prices`, { prices });
  await seller.caller.post(`/v1/seller/price-lists/${one}/prices`, { prices: prices.slice(0, 1) });
  await seller.caller.post(`/v1/seller/price-lists/${many}/companies`, { companies: goods.companies.slice(0, rows - 1) });
  return { one, many };
}

/** Orders with a receipt, a question and a hold each; then one with a parcel and one with many. */
async function fillOrders(
  opened: Opened,
  { offer, location, rows }: { readonly offer: string; readonly location: string; readonly rows: number },
): Promise<Showroom["orders"]> {
  const { operator, seller, company } = opened;
  const lookAgainOn = new Date(Date.now() + 7 * 24 * 3_600_000).toISOString().slice(0, 10);
  await inParallel(rows, async (index) => {
    const order = await placePaid(opened, { offer, reference: `showroom-${index}`, quantity: 2, currency: "EUR" });
    await seller.caller.post(`/v1/seller/orders/${order}/accept`, { lines: [{ line_number: 1, quantity: 1 }] });
    await operator.post("/v1/operator/holds", { order, reason: "The address is looked at", look_again_on: lookAgainOn });
  });
  const withParcels = async (parcels: number): Promise<string> => {
    const order = await placeOnAccount(company, { offer, reference: `showroom-parcels-${parcels}`, quantity: parcels });
    await seller.caller.post(`/v1/seller/orders/${order}/accept`, {});
    for (let parcel = 0; parcel < parcels; parcel += 1) {
      const body = { location, lines: [{ line_number: 1, quantity: 1 }] };
      await seller.caller.post(`/v1/seller/orders/${order}/shipments`, body);
    }
    return order;
  };
  return { oneShipment: await withParcels(1), manyShipments: await withParcels(rows) };
}

/** One offer with stock in the rare currency. */
async function offerOf(seller: Caller): Promise<string> {
  const { id: location } = await seller.post<{ id: string }>("/v1/seller/locations", { name: "Main", country: "DE" });
  const { results } = await seller.post<{ results: { id?: string }[] }>("/v1/seller/offers/bulk", {
    offers: [
      {
        ...{ reference: "single", sku: "UNIT-1", tax_category: "standard" },
        ...{ currency: rareCurrency, unit_price: { amount: 1_000, currency: rareCurrency } },
      },
    ],
  });
  const [made] = results;
  if (made?.id === undefined) throw new Error("an offer was left out");
  await seller.post("/v1/seller/stock/receipts", { lines: [{ offer: made.id, location, quantity: 10 }] });
  return made.id;
}

type Purchase = { readonly offer: string; readonly reference: string; readonly quantity: number };
type Placed = { readonly id: string; readonly total: object; readonly orders: readonly { readonly id: string }[] };

/** Places a checkout of one line. @returns its one order */
async function placeOnAccount(company: Organisation, purchase: Purchase): Promise<string> {
  return orderOf(await place(company, purchase, { currency: "EUR", payment_method: "on_account" }));
}

/** Places a checkout of one line, and records the receipt of what it costs. @returns its one order */
async function placePaid({ operator, company }: Opened, purchase: Purchase & { readonly currency: string }): Promise<string> {
  const placed = await place(company, purchase, { currency: purchase.currency, payment_method: "bank_transfer" });
  const receipt = { bank_reference: purchase.reference, amount: placed.total };
  await operator.post(`/v1/operator/checkouts/${placed.id}/receipts`, receipt);
  return orderOf(placed);
}

async function place({ caller }: Organisation, { offer, reference, quantity }: Purchase, terms: object): Promise<Placed> {
  return caller.post<Placed>("/v1/buyer/checkouts", { ...terms, client_reference: reference, lines: [{ offer, quantity }] });
}

function orderOf({ orders: [order] }: Placed): string {
  if (order === undefined) throw new Error("a checkout without an order");
  return order.id;
}
