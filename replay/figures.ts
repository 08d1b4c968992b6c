import { type History, offerKey } from "./history.ts";
import type { OpenedMarket } from "./open-market.ts";
import type { Placings } from "./place-orders.ts";
import type { Sum, Totals } from "./sums.ts";

/** One equality between the files and the market. Integers; those beyond 2^53 − 1 do not occur. */
export type Figure = { readonly expected: number; readonly actual: number; readonly equal: boolean };
export type Figures = Record<string, Figure>;

function figure(expected: number | bigint, actual: number | bigint): Figure {
  return { expected: Number(expected), actual: Number(actual), equal: BigInt(expected) === BigInt(actual) };
}

const none: Sum = { orders: 0, units: 0, goods: 0n };

/** The equalities of a history whose orders were all to be placed, or of those that were. */
export function totalFigures({ name }: History, expected: Totals, actual: Totals & { readonly misstated: number }): Figures {
  const figures: Figures = {};
  const compare = (prefix: string, wanted: Sum, found: Sum) => {
    figures[`${prefix}.orders`] = figure(wanted.orders, found.orders);
    figures[`${prefix}.units`] = figure(wanted.units, found.units);
    figures[`${prefix}.goods_minor`] = figure(wanted.goods, found.goods);
  };
  compare(name, expected.all, actual.all);
  for (const status of new Set([...expected.byStatus.keys(), ...actual.byStatus.keys()])) {
    compare(`${name}.status.${status}`, expected.byStatus.get(status) ?? none, actual.byStatus.get(status) ?? none);
  }
  const sellers = new Set([...expected.bySeller.keys(), ...actual.bySeller.keys()]);
  const alike = [...sellers].filter((seller) => {
    const [wanted, found] = [expected.bySeller.get(seller) ?? none, actual.bySeller.get(seller) ?? none];
    return wanted.orders === found.orders && wanted.units === found.units && wanted.goods === found.goods;
  });
  figures[`${name}.sellers`] = figure(sellers.size, alike.length);
  figures[`${name}.orders_in_another_state`] = figure(0, actual.misstated);
  Object.assign(figures, heldFigures(`${name}.held_units`, expected.held, actual.held));
  return figures;
}

function heldFigures(prefix: string, expected: ReadonlyMap<string, number>, actual: ReadonlyMap<string, number>): Figures {
  const sum = (units: ReadonlyMap<string, number>) => [...units.values()].reduce((total, each) => total + each, 0);
  const offers = new Set([...expected.keys(), ...actual.keys()]);
  const differing = [...offers].filter((offer) => (expected.get(offer) ?? 0) !== (actual.get(offer) ?? 0)).length;
  return { [prefix]: figure(sum(expected), sum(actual)), [`${prefix}.offers_differing`]: figure(0, differing) };
}

/**
 * What has to hold when there was less stock than demand, before anything is cancelled: no offer holds more than was received; an offer
 * that was only ever asked for one unit at a time, alone, holds min(received, demand); every order was placed or refused.
 */
export function shortageFigures(history: History, market: OpenedMarket, placings: Placings, held: ReadonlyMap<string, number>): Figures {
  const { name, orders } = history;
  const together = new Set(
    orders
      .filter(({ lines }) => lines.length > 1 || lines.some(({ quantity }) => quantity > 1))
      .flatMap(({ lines }) => lines.map(offerKey)),
  );
  let oversold = 0;
  let alone = 0;
  let exact = 0;
  for (const [offer, { demand, received }] of market.offers) {
    const holds = held.get(offer) ?? 0;
    if (holds > received) oversold += 1;
    if (together.has(offer)) continue;
    alone += 1;
    if (holds === Math.min(received, demand)) exact += 1;
  }
  const refused = Object.values(placings.refused).reduce((sum, count) => sum + count, 0);
  return {
    [`${name}.offers_oversold`]: figure(0, oversold),
    [`${name}.offers_bought_singly_exact`]: figure(alone, exact),
    [`${name}.placed_and_refused`]: figure(orders.length, placings.placed.size + refused),
  };
}
