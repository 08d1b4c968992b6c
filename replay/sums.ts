/** Orders, units and goods: what is added up per status, per seller and in all. Goods are net minor units. */
export type Sum = { orders: number; units: number; goods: bigint };

/** Sums by a name. */
export type Sums = Map<string, Sum>;

/** Adds to the sum of a name. */
export function addTo(sums: Sums, name: string, more: Sum): void {
  const before = sums.get(name) ?? { orders: 0, units: 0, goods: 0n };
  sums.set(name, { orders: before.orders + more.orders, units: before.units + more.units, goods: before.goods + more.goods });
}

/** All that a history comes to. An order of a seller is a seller's part of an order; `held` counts units by offer. */
export type Totals = { readonly all: Sum; readonly byStatus: Sums; readonly bySeller: Sums; readonly held: ReadonlyMap<string, number> };
