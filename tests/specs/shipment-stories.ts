import { jsonOf } from "../support/barrier.ts";
import type { HttpAnswer } from "../support/http-answer.ts";
import type { Company, Market, Offer, PlaceOptions, Seller } from "../support/market.ts";
import { type OrderRead, orderOf } from "./order-stories.ts";

/** As much of a shipment as its stories look at. */
export type ShipmentRead = {
  readonly id: string;
  readonly version: number;
  readonly number: number;
  readonly order: string;
  readonly state: string;
  readonly location?: string;
  readonly carrier: string | null;
  readonly tracking: string | null;
  readonly shipped_at: string | null;
  readonly delivered_at: string | null;
  readonly resolution: string | null;
  readonly replaces: string | null;
  readonly forced_reason?: string | null;
  readonly allowed_actions: readonly string[];
  readonly lines: readonly {
    readonly line_number: number;
    readonly quantity: number;
    readonly net: { readonly amount: number } | null;
    readonly restocked: number;
    readonly scrapped: number;
  }[];
  readonly history: readonly { readonly event: string; readonly to: string; readonly by: string; readonly cause: string }[];
};

export type Units = readonly (readonly [lineNumber: number, quantity: number])[];

/** One seller that ships to one company, over HTTP. */
export type Shipping = ReturnType<typeof shippingOf>;

/** What a seller and a company do about the orders between them. */
export function shippingOf(market: Market, seller: Seller, company: Company) {
  const callers = { seller, buyer: company, operator: market.operator };
  const linesOf = (units: Units) => units.map(([line_number, quantity]) => ({ line_number, quantity }));
  const packing = (order: string, units: Units, more: object = {}) =>
    seller.request("POST", `/v1/seller/orders/${order}/shipments`, { location: seller.location, lines: linesOf(units), ...more });
  const send = (audience: keyof typeof callers, shipment: string, verb: string, body: object = {}) =>
    callers[audience].send("POST", `/v1/${audience}/shipments/${shipment}/${verb}`, body);
  const done = async (audience: keyof typeof callers, shipment: string, verb: string, body: object = {}) =>
    expected<ShipmentRead>(await send(audience, shipment, verb, body));
  const pack = (order: string, units: Units, more: object = {}): Promise<HttpAnswer> =>
    seller.send("POST", `/v1/seller/orders/${order}/shipments`, { location: seller.location, lines: linesOf(units), ...more });
  const packed = async (order: string, units: Units, more: object = {}) => expected<ShipmentRead>(await pack(order, units, more));
  const confirmed = async (offers: readonly Offer[], quantities: readonly number[], options: PlaceOptions = {}): Promise<string> =>
    orderOf(
      await company.placed(
        offers.map((offer, index) => ({ offer, quantity: quantities[index] ?? 0 })),
        options,
      ),
    );
  const ordered = async (offers: readonly Offer[], quantities: readonly number[]): Promise<string> => {
    const order = await confirmed(offers, quantities);
    await seller.post(`/v1/seller/orders/${order}/accept`, {});
    return order;
  };
  return {
    seller,
    company,
    packing,
    pack,
    packed,
    send,
    done,
    confirmed,
    ordered,
    /** An accepted order of lines of 10.00 EUR a unit, of each as many as there are. */
    accepted: async (...quantities: number[]) => {
      const offers = await seller.offers(quantities.map((units) => ({ price: 1_000, units })));
      return { order: await ordered(offers, quantities), offers };
    },
    shipped: (order: string, units: Units, more: object = {}) => packed(order, units, { ship: true, ...more }),
    order: (id: string) => seller.get<OrderRead & { timeline: readonly TimelineRead[] }>(`/v1/seller/orders/${id}`),
    shipment: (id: string, audience: keyof typeof callers = "seller") =>
      callers[audience].get<ShipmentRead>(`/v1/${audience}/shipments/${id}`),
  };
}

/** An entry of an order's timeline. */
export type TimelineRead = {
  readonly subject: string;
  readonly event: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly by: string | null;
  readonly cause: string | null;
  readonly amount: { readonly amount: number } | null;
};

function expected<Body>(answer: HttpAnswer): Body {
  if (answer.status >= 300) throw new Error(`${answer.status} ${answer.body.toString("utf8")}`);
  return jsonOf<Body>(answer);
}
