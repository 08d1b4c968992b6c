import type { Refusal } from "../../kernel/refusal.ts";

/** More units in a parcel than are on hand where it leaves from. */
export type GoodsNotOnHand = Refusal & {
  readonly code: "goods-not-on-hand";
  readonly lines: readonly { readonly line_number: number; readonly offer: string; readonly quantity: number; readonly on_hand: number }[];
};

/** Units in a parcel that are on hand for orders that were promised them before. */
export type PromisedToOlder = Refusal & {
  readonly code: "promised-to-older";
  readonly lines: readonly {
    readonly line_number: number;
    readonly offer: string;
    readonly quantity: number;
    readonly on_hand: number;
    /** Units of these that older orders wait for. */
    readonly promised: number;
  }[];
};

/** More units come back than were in the parcel. */
export type UnitsNotInShipment = Refusal & {
  readonly code: "units-not-in-shipment";
  readonly lines: readonly {
    readonly line_number: number;
    readonly pointer: string;
    readonly requested: number;
    readonly shipped: number;
  }[];
};

/** A parcel that was delivered before it was sent, or that will be. */
export type DeliveredAtOutOfBounds = Refusal & {
  readonly code: "delivered-at-out-of-bounds";
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
  readonly earliest: string;
  readonly latest: string;
};

/** An order has had as many parcels as it may have. */
export type TooManyShipments = Refusal & { readonly code: "too-many-shipments"; readonly most: number };

/** The day of supply has no rate for what is in a parcel, or one that rests on more than a rate; the tax that was agreed holds no more. */
export type TaxRateMissing = Refusal & {
  readonly code: "tax-rate-missing";
  readonly dispatch_country: string;
  readonly supplied_on: string;
  readonly tax_categories: readonly string[];
};

export type ShipmentRefusal =
  | GoodsNotOnHand
  | PromisedToOlder
  | UnitsNotInShipment
  | DeliveredAtOutOfBounds
  | TooManyShipments
  | TaxRateMissing;
