import type { SellerId } from "../../kernel/ids.ts";
import type { LinePrice } from "../../modules/pricing/index.ts";
import type { OfferFacts } from "../../views/placing-facts.ts";
import type { PlaceCommand, PlaceRefusal } from "./command.ts";

/** A line with the offer it asks for; `index` is its place in the request. */
export type AskedLine = {
  readonly index: number;
  readonly offer: OfferFacts;
  readonly quantity: PlaceCommand["lines"][number]["quantity"];
};

/** One seller's lines of a command, in the order of the request. */
export type AskedOrder = { readonly sellerId: SellerId; readonly lines: readonly AskedLine[] };

/** An asked line with its frozen price. */
export type PricedLine = AskedLine & { readonly price: LinePrice };

export type PricedOrder = { readonly sellerId: SellerId; readonly lines: readonly PricedLine[] };

/** A value, or why there is none. */
export type Judged<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: PlaceRefusal };

/** A step of the judgement that ends with this no. */
export function refused(refusal: PlaceRefusal): { readonly ok: false; readonly refusal: PlaceRefusal } {
  return { ok: false, refusal };
}
