import type { GoodsSize } from "./goods.ts";

/** How much there is of everything. */
export type Sizes = {
  readonly goods: GoodsSize;
  /** Products that `browse` looks at, from few to many. */
  readonly products: readonly number[];
  readonly big: {
    /** Offers that one seller brings. */
    readonly importedOffers: number;
    readonly sellers: number;
    /** Rows of each list that is counted. */
    readonly rows: number;
    /** Checkouts of 10 and of 1,000 lines. */
    readonly checkoutsOfEach: number;
  };
  /** Deadlines that come due at once. */
  readonly deadlines: number;
  /** Checkouts that `lifecycle` brings from placing to paid at a time, of three orders each. */
  readonly lifecycle: number;
  /** Orders of one seller that are shipped at once. */
  readonly invoices: number;
};

/** What figures are told of. */
export const fullSizes: Sizes = {
  goods: { sellers: 50, offersOfEach: 200, buyers: 201 },
  products: [1_000, 100_000],
  big: { importedOffers: 100_000, sellers: 2_000, rows: 200, checkoutsOfEach: 30 },
  deadlines: 5_000,
  lifecycle: 2_000,
  invoices: 1_000,
};

/** To try it out: all that is done with the full sizes, in a fraction of the time. `place` has to have the buyers of its batches. */
export const smallSizes: Sizes = {
  goods: { sellers: 10, offersOfEach: 120, buyers: 201 },
  products: [200, 1_000],
  big: { importedOffers: 2_000, sellers: 40, rows: 20, checkoutsOfEach: 8 },
  deadlines: 300,
  lifecycle: 100,
  invoices: 250,
};
