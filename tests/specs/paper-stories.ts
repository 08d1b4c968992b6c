import type { OfferTerms, OwnMarket, PlaceOptions } from "../support/market.ts";
import { shippingOf } from "./shipment-stories.ts";

type Money = { readonly amount: number };

/** As much of an invoice as its stories look at. */
export type InvoiceRead = {
  readonly id: string;
  readonly version: number;
  readonly number: string;
  readonly shipment: string;
  readonly state: string;
  readonly total: Money;
  readonly open: Money;
  readonly credited: Money;
  readonly written_off: Money;
  readonly due_on: string;
  readonly settlements: readonly {
    readonly number: number;
    readonly source: string;
    readonly amount: Money;
    readonly undoes: number | null;
  }[];
  readonly credit_notes: readonly { readonly id: string; readonly number: string; readonly cause: string; readonly total: Money }[];
  readonly payable: { readonly pending: Money; readonly commission: Money; readonly commission_reversed: Money };
};

/** As much of a credit note. */
export type NoteRead = {
  readonly id: string;
  readonly number: string;
  readonly invoice: string;
  readonly cause: string;
  readonly reason: string | null;
  readonly net: Money;
  readonly tax: Money;
  readonly total: Money;
  readonly lowered: Money;
  readonly document: { readonly lines: readonly { readonly kind: string; readonly quantity: number; readonly net: number }[] };
};

export const eur = (amount: number) => ({ amount, currency: "EUR" });

/** A seller and a company of their own, and what they trade. */
export type Trade = Awaited<ReturnType<typeof tradeOf>>;

/** A seller that pays 10 % of commission, unless told, and a company that buys of it. */
export async function tradeOf(
  market: OwnMarket,
  terms: { readonly commission?: number; readonly returned?: boolean; readonly risk?: "operator" } = {},
) {
  const { commission = 100_000, returned = false, risk } = terms;
  const [seller, company] = await Promise.all([market.seller(), market.company()]);
  if (commission > 0) {
    const steps = [{ from: eur(0), rate_ppm: commission }];
    const plan = { name: "Plan", seller: seller.id, currency: "EUR", steps, valid_from: "2020-01-01", returned_on_write_off: returned };
    await market.operator.post("/v1/operator/commission-plans", plan);
  }
  if (risk !== undefined) await market.operator.send("PUT", `/v1/operator/sellers/${seller.id}/contract`, { credit_risk: risk });
  const shipping = shippingOf(market, seller, company);
  const invoiceOf = async (shipment: string): Promise<InvoiceRead> => {
    const { items } = await seller.get<{ items: InvoiceRead[] }>("/v1/seller/invoices?limit=200");
    const found = items.find((each) => each.shipment === shipment);
    if (found === undefined) throw new Error(`no invoice of ${shipment}`);
    return seller.get<InvoiceRead>(`/v1/seller/invoices/${found.id}`);
  };
  const placed = async (quantity: number, offered: OfferTerms = {}, options: PlaceOptions = {}): Promise<string> => {
    const offer = await seller.offer({ price: 1_000, units: quantity * 3, ...offered });
    const checkout = await company.placed([{ offer, quantity }], options);
    if (options.method === "bank_transfer") {
      const receipt = { bank_reference: checkout.id, amount: checkout.total };
      await market.operator.post(`/v1/operator/checkouts/${checkout.id}/receipts`, receipt);
    }
    const order = checkout.orders[0]?.id ?? "";
    await seller.post(`/v1/seller/orders/${order}/accept`, {});
    return order;
  };
  return {
    market,
    seller,
    company,
    shipping,
    placed,
    invoiceOf,
    /** An order of units at 10.00 EUR that has left in one parcel, and its invoice. */
    invoiced: async (quantity: number, options: PlaceOptions = {}) => {
      const order = await placed(quantity, {}, options);
      const { id: shipment } = await shipping.shipped(order, [[1, quantity]]);
      return { order, shipment, invoice: await invoiceOf(shipment) };
    },
    read: (invoice: string) => seller.get<InvoiceRead>(`/v1/seller/invoices/${invoice}`),
    crediting: (invoice: string, body: object, audience: "seller" | "operator" = "seller") =>
      (audience === "seller" ? seller : market.operator).request("POST", `/v1/${audience}/invoices/${invoice}/credit-notes`, {
        ...{ cause: "goodwill", reason: "not as agreed" },
        ...body,
      }),
    credit: (invoice: string, body: object, audience: "seller" | "operator" = "seller") =>
      (audience === "seller" ? seller : market.operator).send("POST", `/v1/${audience}/invoices/${invoice}/credit-notes`, {
        ...{ cause: "goodwill", reason: "not as agreed" },
        ...body,
      }),
    credited: (invoice: string, body: object, audience: "seller" | "operator" = "seller") =>
      (audience === "seller" ? seller : market.operator).post<NoteRead>(`/v1/${audience}/invoices/${invoice}/credit-notes`, {
        ...{ cause: "goodwill", reason: "not as agreed" },
        ...body,
      }),
    writeOff: (invoice: string, body: object = {}) =>
      market.operator.send("POST", `/v1/operator/invoices/${invoice}/write-offs`, { reason: "insolvent", ...body }),
    undoWriteOff: (invoice: string, number: number | string) =>
      market.operator.send("POST", `/v1/operator/invoices/${invoice}/write-offs/${number}/undo`, { reason: "paid after all" }),
    notes: async (invoice: string) => (await seller.get<{ items: NoteRead[] }>(`/v1/seller/credit-notes?invoice=${invoice}`)).items,
  };
}

type Balance = { readonly kind: string; readonly balance: { readonly amount: number | null; readonly currency: string } };

/** What stands in the books of a market, by kind of account; each on its usual side. */
export async function booksOf(market: OwnMarket): Promise<ReadonlyMap<string, number>> {
  const { accounts } = await market.operator.get<{ accounts: Balance[] }>("/v1/operator/ledger/trial-balance");
  return new Map(accounts.map(({ kind, balance }) => [kind, balance.amount ?? 0]));
}

/** By how much each account has changed; those that have not are left out. */
export async function changedSince(market: OwnMarket, before: ReadonlyMap<string, number>): Promise<Record<string, number>> {
  const now = await booksOf(market);
  const changes = [...now].map(([kind, balance]) => [kind, balance - (before.get(kind) ?? 0)] as const);
  return Object.fromEntries(changes.filter(([, change]) => change !== 0));
}
