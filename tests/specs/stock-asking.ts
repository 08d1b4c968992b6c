import type { HttpAnswer } from "../support/http-answer.ts";
import { jsonOf } from "../support/barrier.ts";
import type { Offer, Seller } from "../support/market.ts";

/** A stock level as it is read. */
export type Level = {
  readonly offer: string;
  readonly location: string;
  readonly on_hand: number;
  readonly reserved: number;
  readonly backorder_limit: number;
  readonly available: number;
  readonly expected_on: string | null;
};

/** A stock operation as it is answered. */
export type Written = {
  readonly id: string;
  readonly lines: readonly Partial<Level>[];
  readonly served: readonly { readonly order: string; readonly line_number: number; readonly quantity: number }[];
  readonly cancelled?: readonly { readonly order: string; readonly line_number: number; readonly quantity: number }[];
};

export type Movement = {
  readonly id: string;
  readonly kind: string;
  readonly offer: string;
  readonly location: string;
  readonly on_hand_delta: number;
  readonly reserved_delta: number;
  readonly limit_delta: number;
  readonly cause: string;
  readonly cause_id: string;
  readonly order: string | null;
};

export type Items<Item> = { readonly items: readonly Item[]; readonly next_cursor: string | null };

/** Adds a location. */
export async function locate(seller: Seller, name: string, country = "DE"): Promise<string> {
  return (await seller.post<{ id: string }>("/v1/seller/locations", { name, country })).id;
}

/** A line about an offer at its first location, or at another one. */
export function line(offer: Offer, more: object, location = offer.location) {
  return { offer: offer.id, location, ...more };
}

/** Sends a stock operation; the answer, whatever its status. */
export function operate(
  seller: Seller,
  kind: "receipts" | "restocks" | "transfers" | "adjustments" | "limits",
  lines: readonly object[],
  more: object = {},
): Promise<HttpAnswer> {
  const reason = kind === "receipts" ? {} : { reason: "as counted" };
  return seller.send("POST", `/v1/seller/stock/${kind}`, { ...reason, lines, ...more });
}

/** The same, when it has to succeed. */
export async function operated(...asked: Parameters<typeof operate>): Promise<Written> {
  const answer = await operate(...asked);
  if (answer.status !== 201) throw new Error(`${asked[1]}: ${answer.status} ${answer.body.toString("utf8")}`);
  return jsonOf<Written>(answer);
}

/** Sets the backorder limit of an offer. */
export function limitTo(offer: Offer, backorderLimit: number, more: object = {}, location = offer.location): Promise<Written> {
  return operated(offer.seller, "limits", [line(offer, { backorder_limit: backorderLimit, ...more }, location)]);
}

/** The levels of an offer: on hand, reserved, by location in the order in which they are given. */
export async function levelsOf(offer: Offer, locations: readonly string[] = [offer.location]): Promise<(readonly [number, number])[]> {
  const { items } = await offer.seller.get<Items<Level>>(`/v1/seller/stock?offer=${offer.id}`);
  return locations.map((location) => {
    const found = items.find((level) => level.location === location);
    return [found?.on_hand ?? 0, found?.reserved ?? 0] as const;
  });
}

/** The movements of an offer, from old to new. */
export async function movementsOf(offer: Offer, filter = ""): Promise<Movement[]> {
  const { items } = await offer.seller.get<Items<Movement>>(`/v1/seller/stock/movements?limit=200&offer=${offer.id}${filter}`);
  return items.toReversed();
}

/** The seller's events of a type, once as many are numbered as are expected. */
export async function eventsOf(seller: Seller, type: string, count: number): Promise<{ subject: string; data: Record<string, unknown> }[]> {
  type Event = { type: string; subject: string; data: Record<string, unknown> };
  for (;;) {
    const { items } = await seller.get<Items<Event>>("/v1/seller/events?limit=200");
    const found = items.filter((event) => event.type === type);
    if (found.length >= count) return found;
  }
}
