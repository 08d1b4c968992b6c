import type { Refusal } from "../../kernel/refusal.ts";

/** Lines in the body that the order does not have. */
export type UnknownLines = Refusal & {
  readonly code: "unknown-reference";
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
};

/** More units than a line has that are neither packed, shipped nor cancelled. */
export type UnitsNotOpen = Refusal & {
  readonly code: "units-not-open";
  readonly lines: readonly {
    readonly line_number: number;
    readonly pointer?: string;
    readonly requested: number;
    readonly open: number;
  }[];
};

/** Units that stand in a packed parcel: it is cancelled first. */
export type UnitsPacked = Refusal & {
  readonly code: "units-packed";
  readonly lines: readonly {
    readonly line_number: number;
    readonly pointer?: string;
    readonly requested: number;
    readonly open: number;
    readonly packed: number;
  }[];
  readonly shipments: readonly string[];
};

/** The order waits for the answer to a request of this kind already. */
export type RequestOpen = Refusal & { readonly code: "request-open"; readonly request: string };

/** An acceptance of nothing: an order is rejected as a whole. */
export type AcceptanceEmpty = Refusal & { readonly code: "acceptance-empty" };

/** A promised day that is over, or further ahead than anybody waits. */
export type PromiseOutOfBounds = Refusal & {
  readonly code: "promise-out-of-bounds";
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
  readonly earliest: string;
  readonly latest: string;
};

export type OrderRefusal = UnknownLines | UnitsNotOpen | UnitsPacked | RequestOpen | AcceptanceEmpty | PromiseOutOfBounds;
