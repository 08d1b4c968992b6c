import type { Api } from "./api.ts";
import type { BankAccount } from "./bank-statement.ts";
import type { Share } from "./shares.ts";

/** What of a history's parties and goods now stands in the market. */
export type OpenedMarket = {
  /** By the seller's and the customer's name in the files. */
  readonly sellers: ReadonlyMap<string, OpenedSeller>;
  readonly companies: ReadonlyMap<string, OpenedParty>;
  /** By `offerKey`. */
  readonly offers: ReadonlyMap<string, OpenedOffer>;
  /** Where companies pay. */
  readonly account: BankAccount;
  /** The market's day on which the history is begun, YYYY-MM-DD in UTC. */
  readonly begunOn: string;
};

/** A seller or company, and an API key of its own. */
export type OpenedParty = { readonly id: string; readonly key: string };

/** A seller, and where its goods lie. */
export type OpenedSeller = OpenedParty & { readonly location: string };

/** An offer, the units that are asked of it in all and those that were received. */
export type OpenedOffer = { readonly id: string; readonly demand: number; readonly received: number };

/** What is needed to do anything in a market. */
export type Means = {
  readonly api: Api;
  readonly operatorKey: string;
  /** Stands before every reference and SKU, so that a market of one's own can be used more than once. */
  readonly run: string;
  readonly stock: Share | undefined;
  readonly concurrency: number;
};

/** How many requests are under way at once where their order does not matter. */
export const setupWidth = 16;
