/** What is added up per status, per seller and in all. Amounts are minor units: goods and freight net, gross with tax. */
export type Sum = {
  readonly orders: number;
  readonly units: number;
  readonly goods: bigint;
  readonly freight: bigint;
  readonly tax: bigint;
  readonly gross: bigint;
};

/** Sums by a name. */
export type Sums = Map<string, Sum>;

/** Numbers of things by a name: of units by offer, of orders by state. */
export type Counts = Map<string, number>;

export const nothing: Sum = { orders: 0, units: 0, goods: 0n, freight: 0n, tax: 0n, gross: 0n };

/** Both together. */
export function added(a: Sum, b: Sum): Sum {
  return {
    orders: a.orders + b.orders,
    units: a.units + b.units,
    goods: a.goods + b.goods,
    freight: a.freight + b.freight,
    tax: a.tax + b.tax,
    gross: a.gross + b.gross,
  };
}

/** Adds to the sum of a name. */
export function addTo(sums: Sums, name: string, more: Sum): void {
  sums.set(name, added(sums.get(name) ?? nothing, more));
}

/** Counts more of a name. */
export function count(counts: Counts, name: string, more = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + more);
}

/**
 * All that a history comes to. An order here is a customer's with all its sellers in `all` and `byStatus`, and one of a seller, as the
 * market knows orders, everywhere else. Units are by offer.
 */
export type Totals = {
  readonly all: Sum;
  readonly byStatus: Sums;
  readonly bySeller: Sums;
  readonly byCompany: Sums;
  /** Orders by the code of their tax (EN 16931). */
  readonly byTaxCode: Sums;
  /** Orders by the file's status and the market's state. */
  readonly states: Counts;
  /** Parcels by their state. */
  readonly parcels: Counts;
  readonly ordersInTwoParcels: number;
  /** Orders that left whole, and whose parcels add up to them in units and in money. */
  readonly ordersThatAddUp: number;
  /** Of what was cancelled and rejected. */
  readonly cancelledGross: bigint;
  /** By company, of its credit. */
  readonly creditUsed: ReadonlyMap<string, bigint>;
  /** Days from the day on which the history was begun to those promised for accepted orders. */
  readonly promisedDays: number;
  readonly held: Counts;
  readonly shipped: Counts;
  readonly onHand: Counts;
};
