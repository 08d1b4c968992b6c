import type { Refusal } from "../../kernel/refusal.ts";

/** Lines of a checkout that cannot be served in full, each with what could be had of it. Nothing is held. */
export type StockShort = Refusal & {
  readonly code: "stock-short";
  readonly lines: readonly {
    readonly line: number;
    readonly pointer: string;
    readonly offer: string;
    readonly requested: number;
    readonly available: number;
  }[];
};
