import type { Actual } from "./actual.ts";
import { type History, offerKey } from "./history.ts";
import type { OpenedMarket } from "./market.ts";
import type { Placings } from "./place-orders.ts";
import { type Counts, nothing, type Sum, type Sums, type Totals } from "./sums.ts";

/** One equality between the files and the market. Integers; those beyond 2^53 − 1 do not occur. */
export type Figure = { readonly expected: number; readonly actual: number; readonly equal: boolean };
export type Figures = Record<string, Figure>;

/** What was expected and what was found. */
export function figure(expected: number | bigint, actual: number | bigint): Figure {
  return { expected: Number(expected), actual: Number(actual), equal: BigInt(expected) === BigInt(actual) };
}

const parts = { orders: "orders", units: "units", goods: "goods_minor", freight: "freight_minor", tax: "tax_minor", gross: "gross_minor" };
type PartName = keyof typeof parts;
const partNames = Object.keys(parts) as readonly PartName[];

/** The equalities of a history whose orders were all to be placed, or of those that were. */
export function totalFigures({ name }: History, expected: Totals, actual: Actual): Figures {
  const figures: Figures = {
    ...sumFigures(name, expected.all, actual.all),
    ...sumsFigures(`${name}.status`, expected.byStatus, actual.byStatus),
    ...sumsFigures(`${name}.tax_code`, expected.byTaxCode, actual.byTaxCode),
    ...alikeFigures(`${name}.sellers`, expected.bySeller, actual.bySeller, partNames),
    ...alikeFigures(`${name}.companies`, expected.byCompany, actual.byCompany, partNames),
    // A list does not count units.
    ...alikeFigures(`${name}.sellers_by_their_lists`, expected.bySeller, actual.listedBySeller, listedParts),
    ...alikeFigures(`${name}.companies_by_their_lists`, expected.byCompany, actual.listedByCompany, listedParts),
    ...countFigures(`${name}.state`, expected.states, actual.states),
    ...countFigures(`${name}.parcels`, expected.parcels, actual.parcels),
    [`${name}.orders_in_two_parcels`]: figure(expected.ordersInTwoParcels, actual.ordersInTwoParcels),
    [`${name}.orders_whose_parcels_add_up`]: figure(expected.ordersThatAddUp, actual.ordersThatAddUp),
    [`${name}.promised_days`]: figure(expected.promisedDays, actual.promisedDays),
    [`${name}.cancelled_gross_minor`]: figure(expected.cancelledGross, actual.cancelledGross),
    ...balanceFigures(`${name}.credit_used_minor`, "companies", expected.creditUsed, actual.creditUsed),
    ...balanceFigures(`${name}.held_units`, "offers", expected.held, actual.held),
    ...balanceFigures(`${name}.shipped_units`, "offers", expected.shipped, actual.shipped),
    ...balanceFigures(`${name}.on_hand_units`, "offers", expected.onHand, actual.onHand),
  };
  return figures;
}

const listedParts = partNames.filter((part) => part !== "units");

function sumFigures(prefix: string, wanted: Sum, found: Sum): Figures {
  return Object.fromEntries(partNames.map((part) => [`${prefix}.${parts[part]}`, figure(wanted[part], found[part])]));
}

function sumsFigures(prefix: string, wanted: Sums, found: Sums): Figures {
  const figures = [...namesOf(wanted, found)].map((name) =>
    sumFigures(`${prefix}.${name}`, wanted.get(name) ?? nothing, found.get(name) ?? nothing),
  );
  return Object.assign({}, ...figures) as Figures;
}

/** How many of the names have equal sums on both sides: all, or something is wrong. */
function alikeFigures(name: string, wanted: Sums, found: Sums, compared: readonly PartName[]): Figures {
  const names = namesOf(wanted, found);
  const isAlike = (each: string) => compared.every((part) => (wanted.get(each) ?? nothing)[part] === (found.get(each) ?? nothing)[part]);
  return { [name]: figure(names.size, [...names].filter(isAlike).length) };
}

function countFigures(prefix: string, wanted: Counts, found: Counts): Figures {
  return Object.fromEntries(
    [...namesOf(wanted, found)].map((name) => [`${prefix}.${name}`, figure(wanted.get(name) ?? 0, found.get(name) ?? 0)]),
  );
}

/** The sum over all names, and how many names differ: errors that even out are seen too. */
export function balanceFigures(
  prefix: string,
  things: string,
  wanted: ReadonlyMap<string, number | bigint>,
  found: ReadonlyMap<string, number | bigint>,
): Figures {
  const sum = (balances: ReadonlyMap<string, number | bigint>) =>
    [...balances.values()].reduce((total: bigint, each) => total + BigInt(each), 0n);
  const differing = [...namesOf(wanted, found)].filter((name) => BigInt(wanted.get(name) ?? 0) !== BigInt(found.get(name) ?? 0)).length;
  return { [prefix]: figure(sum(wanted), sum(found)), [`${prefix}.${things}_differing`]: figure(0, differing) };
}

/** The names of both. */
export function namesOf(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): Set<string> {
  return new Set([...a.keys(), ...b.keys()]);
}

/**
 * What has to hold when there was less stock than demand, before any order goes on: no offer holds more than was received; an offer that
 * was only ever asked for one unit at a time, alone, holds min(received, demand); every order was placed or refused.
 */
export function shortageFigures(history: History, market: Pick<OpenedMarket, "offers">, placings: Placings, held: Counts): Figures {
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
  const refused = Object.values(placings.refused).reduce((sum, each) => sum + each, 0);
  return {
    [`${name}.offers_oversold`]: figure(0, oversold),
    [`${name}.offers_bought_singly_exact`]: figure(alone, exact),
    [`${name}.placed_and_refused`]: figure(orders.length, placings.placed.size + refused),
  };
}
