import type { OrderSnapshot } from "../../src/flows/place-checkouts/snapshots.ts";
import { fromWireId } from "../../src/kernel/ids.ts";
import { jsonOf } from "../support/barrier.ts";
import type { Checkout, Company, OwnMarket } from "../support/market.ts";

/** What a checkout of one order came to, and the order as it was agreed. */
export type PlacedOrder = {
  readonly order: string;
  readonly net: number;
  readonly tax: number;
  readonly total: number;
  readonly snapshot: OrderSnapshot;
};

export type Asked = {
  readonly lines: readonly { readonly offer: string; readonly quantity: number }[];
  readonly currency?: string;
  readonly country?: string;
};

let placed = 0;

/** The body of a placing by bank transfer, which asks for no credit account. */
export function placingOf({ lines, currency = "EUR", country }: Asked): Record<string, unknown> {
  placed += 1;
  const elsewhere = { street: "Rue 1", city: "City", postal_code: "1000" };
  return {
    ...{ client_reference: `AGREED-${placed}`, currency, payment_method: "bank_transfer", lines },
    ...(country === undefined ? {} : { delivery_address: { ...elsewhere, country } }),
  };
}

/** The answer to a placing, whatever its status. */
export function sendPlacing(company: Company, asked: Asked) {
  return company.send("POST", "/v1/buyer/checkouts", placingOf(asked));
}

/** Places an order; throws when it is refused, or becomes several. */
export async function placedOrder({ database }: OwnMarket, company: Company, asked: Asked): Promise<PlacedOrder> {
  const answer = await sendPlacing(company, asked);
  if (answer.status !== 201) throw new Error(`not placed: ${answer.status} ${answer.body.toString("utf8")}`);
  const { orders } = jsonOf<Checkout>(answer);
  const [order] = orders;
  const uuid = order === undefined ? undefined : fromWireId("ord", order.id);
  if (order === undefined || uuid === undefined || orders.length > 1) throw new Error("the checkout is not of one order");
  const [row] = await database.owner<{ snapshot: string }>("select snapshot from orders where order_id = $1", [uuid]);
  const snapshot = JSON.parse(row?.snapshot ?? "{}") as OrderSnapshot;
  return { order: order.id, net: snapshot.net, tax: snapshot.tax, total: snapshot.total, snapshot };
}
