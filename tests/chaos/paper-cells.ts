import type { Checkout } from "../support/market.ts";
import { bankOf } from "../specs/bank-stories.ts";
import { type Scenario, type Stage, unequal } from "./cells.ts";

type Money = { readonly amount: number };
type Invoice = {
  readonly id: string;
  readonly number: string;
  readonly state: string;
  readonly open: Money;
  readonly settlements: readonly object[];
  readonly credit_notes: readonly object[];
};

/** A shipped order of five units of the first seller, and its invoice of 59.50 EUR. */
async function invoiced({ sellers: [seller], company }: Stage): Promise<Invoice> {
  const offer = await seller.offer({ units: 5 });
  const { orders } = await company.placed([{ offer, quantity: 5 }]);
  const order = orders[0]?.id ?? "";
  await seller.post(`/v1/seller/orders/${order}/accept`, {});
  await seller.post("/v1/seller/shipments/ship", { shipments: [{ order, location: seller.location }] });
  return invoiceOf(seller, order);
}

async function invoiceOf(seller: Stage["sellers"][0], order: string): Promise<Invoice> {
  const { items } = await seller.get<{ items: Invoice[] }>(`/v1/seller/invoices?order=${order}`);
  const [invoice] = items;
  if (invoice === undefined || items.length > 1) throw new Error(`${items.length} invoices of one parcel`);
  return seller.get<Invoice>(`/v1/seller/invoices/${invoice.id}`);
}

/** What is settled and credited of an invoice: its state, what is open, how many settlements and credit notes it has. */
async function standing({ sellers: [seller] }: Stage, id: string) {
  const { state, open, settlements, credit_notes } = await seller.get<Invoice>(`/v1/seller/invoices/${id}`);
  return [state, open.amount, settlements.length, credit_notes.length];
}

const shippingMany: Scenario = {
  name: "shipping two orders together",
  stage: async (stage) => {
    const { sellers, company } = stage;
    const [seller] = sellers;
    const orders: string[] = [];
    for (const offer of await seller.offers([{ units: 5 }, { units: 5 }])) {
      const placed = await company.placed([{ offer, quantity: 5 }]);
      orders.push(placed.orders[0]?.id ?? "");
    }
    await seller.post("/v1/seller/orders/accept", { orders });
    const body = { shipments: orders.map((order) => ({ order, location: seller.location })) };
    const request = seller.request("POST", "/v1/seller/shipments/ship", body);
    const once = async () => {
      const invoices = await Promise.all(orders.map((order) => invoiceOf(seller, order)));
      return unequal(
        "invoices",
        invoices.map(({ state, open }) => [state, open.amount]),
        [
          ["issued", 5_950],
          ["issued", 5_950],
        ],
      );
    };
    return { request, status: 200, once };
  },
};

let files = 0;

const importing: Scenario = {
  name: "importing a bank statement",
  stage: async (stage) => {
    const { market, company, sellers } = stage;
    const invoice = await invoiced(stage);
    const offer = await sellers[1].offer();
    const checkout = (await company.placed([{ offer, quantity: 1 }], { method: "bank_transfer" })) as Checkout & {
      readonly payment_reference: string;
    };
    files += 1;
    const bank = bankOf(market, `DE${70_000 + files}`);
    const request = bank.request(
      bank.file([
        { amount: 5_950, text: invoice.number },
        { amount: checkout.total.amount, text: checkout.payment_reference },
        { amount: 77, text: "thank you" },
      ]),
    );
    const once = async () => {
      const { state } = await market.operator.get<Checkout>(`/v1/operator/checkouts/${checkout.id}`);
      const states = (await bank.lines()).map((line) => line.state).toSorted();
      return [
        ...unequal("invoice", await standing(stage, invoice.id), ["settled", 0, 1, 0]),
        ...unequal("checkout", state, "confirmed"),
        ...unequal("lines", states, ["matched", "matched", "unmatched"]),
      ];
    };
    return { request, status: 201, once };
  },
};

const crediting: Scenario = {
  name: "crediting a half paid invoice",
  stage: async (stage) => {
    const invoice = await invoiced(stage);
    files += 1;
    await bankOf(stage.market, `DE${70_000 + files}`).told({ amount: 3_000, text: invoice.number });
    const request = stage.sellers[0].request("POST", `/v1/seller/invoices/${invoice.id}/credit-notes`, {
      ...{ cause: "goodwill", reason: "not as agreed", lines: [{ line: 1, quantity: 5 }] },
    });
    const once = async () => unequal("invoice", await standing(stage, invoice.id), ["settled", 0, 2, 1]);
    return { request, status: 201, once };
  },
};

/** The kinds of write that issue papers and settle them. */
export const paperScenarios: readonly Scenario[] = [shippingMany, importing, crediting];
