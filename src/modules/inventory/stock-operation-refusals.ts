import type { Refusal } from "../../kernel/refusal.ts";

type FieldError = { readonly pointer: string; readonly detail: string };

/** The id in the path names nothing that the caller may know. */
export type NotFound = Refusal & { readonly code: "not-found" };

/** Offers or locations in the body that the seller does not have; somebody else's and random ones are told apart by nobody. */
export type UnknownReference = Refusal & { readonly code: "unknown-reference"; readonly errors: readonly FieldError[] };

/** The seller has a location of this name. */
export type NameTaken = Refusal & { readonly code: "name-taken"; readonly pointer: string };

/**
 * An adjustment that would leave less on hand than is promised, or less than nothing. Each line says how much has to stay
 * (`least_on_hand`) and which orders hold units of it, the newest first.
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
    readonly least_on_hand: number;
    readonly orders: readonly { readonly order: string; readonly held: number }[];
  }[];
};

/** More on hand than a stock level can hold. */
export type StockAboveBound = Refusal & {
  readonly code: "stock-above-bound";
  readonly errors: readonly FieldError[];
  readonly bound: number;
};

export type StockOperationRefusal = NotFound | UnknownReference | NameTaken | StockInUse | StockAboveBound;
