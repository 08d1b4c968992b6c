import type { Refusal } from "../../kernel/refusal.ts";

type FieldError = { readonly pointer: string; readonly detail: string };

/** The id in the path names nothing that the caller may know. */
export type NotFound = Refusal & { readonly code: "not-found" };

/** Offers or locations in the body that the seller does not have; somebody else's and random ones are told apart by nobody. */
export type UnknownReference = Refusal & { readonly code: "unknown-reference"; readonly errors: readonly FieldError[] };

/** The seller has a location of this name. */
export type NameTaken = Refusal & { readonly code: "name-taken"; readonly pointer: string };

/** Lines that cannot be meant: a transfer to where it begins, two limits of one stock level. */
export type LinesInvalid = Refusal & { readonly code: "request-invalid"; readonly errors: readonly FieldError[] };

/**
 * A change after which less would be there than is promised, or less than nothing on hand. Each line says how much has to stay
 * (`least_on_hand` with the limit asked for, `least_backorder_limit` with the goods asked for) and which reservations hold units of the
 * level, the newest first, with what each would have to give up.
 */
export type StockInUse = Refusal & {
  readonly code: "stock-in-use";
  readonly errors: readonly FieldError[];
  readonly lines: readonly {
    readonly line: number;
    readonly offer: string;
    readonly location: string;
    readonly on_hand: number;
    readonly reserved: number;
    readonly backorder_limit: number;
    readonly least_on_hand: number;
    readonly least_backorder_limit: number;
    readonly orders: readonly {
      readonly order: string;
      readonly line_number: number;
      readonly held: number;
      readonly packed: number;
      readonly to_give_up: number;
    }[];
  }[];
};

/** A location that is not in the country the order is dispatched from, which its tax was decided by. */
export type DispatchCountryDiffers = Refusal & {
  readonly code: "dispatch-country-differs";
  readonly dispatch_country: string;
  readonly location_country: string;
};

/** More on hand than a stock level can hold. */
export type StockAboveBound = Refusal & {
  readonly code: "stock-above-bound";
  readonly errors: readonly FieldError[];
  readonly bound: number;
};

export type StockOperationRefusal =
  | NotFound
  | UnknownReference
  | NameTaken
  | LinesInvalid
  | StockInUse
  | StockAboveBound
  | DispatchCountryDiffers;
