import { type OrderId, type SellerId, toWireId } from "../kernel/ids.ts";
import {
  type HeldReservation,
  judgeChanges,
  type JudgedChange,
  type LevelChange,
  levelKey,
  lockReservationsOfOrders,
  readLevels,
  takeFromFirst,
  unitsShort,
} from "../modules/inventory/index.ts";
import { readNumbersOfOrders } from "../modules/orders/index.ts";
import { MoreRowsNeeded, type Reader, type Transaction } from "../platform/db/index.ts";
import { type OpenHolder, readOpenHolders } from "../views/stock-holders.ts";
import {
  type Cancelling,
  type CancelMeans,
  cancelUnits,
  type LockedCheckout,
  lockChargedAccounts,
  lockWholeCheckouts,
} from "./cancel-units.ts";

/** How many orders may give up units for one operation. */
const mostOrders = 100;

/** How many reservations of one level are looked at. */
const mostHolders = 1_000;

/** Units that an order line gives up because there is too little. */
export type GivenUp = { readonly orderId: OrderId; readonly lineNumber: number; readonly quantity: number };

/** Given-up units as answers show them. */
export function shownGivenUp({ orderId, lineNumber, quantity }: GivenUp) {
  return { order: toWireId("ord", orderId), line_number: lineNumber, quantity };
}

/** Which of the changes would leave too little, by the levels as they are without a lock. */
export async function readTooLittle(reader: Reader, sellerId: SellerId, changes: readonly LevelChange[]): Promise<readonly JudgedChange[]> {
  const levels = await readLevels(reader, sellerId, changes);
  return judgeChanges(changes, new Map(levels.map((level) => [levelKey(level), level]))).tooLittle;
}

/** Units of reservations that are given up, chosen for a whole operation. */
type Choice = readonly { readonly holding: OpenHolder; readonly quantity: number }[];

/** Why nobody's units are enough. */
export type NotEnough = "packed" | "too_many_orders" | "less_than_nothing";

/**
 * Chooses who gives up units, the newest promises first. Nothing is locked by that: what it gives is a guess before the locks, and the
 * truth when the levels are locked.
 */
export async function chooseNewest(reader: Reader, sellerId: SellerId, tooLittle: readonly JudgedChange[]): Promise<Choice | NotEnough> {
  if (tooLittle.length === 0) return [];
  const holders = Map.groupBy(
    await readOpenHolders(
      reader,
      sellerId,
      tooLittle.map(({ change }) => change),
      mostHolders,
    ),
    levelKey,
  );
  const chosen: { readonly holding: OpenHolder; readonly quantity: number }[] = [];
  for (const judged of tooLittle) {
    const ofLevel = holders.get(levelKey(judged.change)) ?? [];
    const short = unitsShort(judged);
    if (short === undefined) return "less_than_nothing";
    const taken = takeFromFirst(ofLevel, short);
    if (taken === undefined) return ofLevel.length === mostHolders ? "too_many_orders" : "packed";
    chosen.push(...taken);
  }
  const orders = new Set(chosen.map(({ holding }) => holding.orderId));
  return orders.size > mostOrders ? "too_many_orders" : chosen;
}

/** What was locked of those who may have to give up units. */
export type LockedHolders = { readonly checkouts: readonly LockedCheckout[]; readonly reservations: readonly HeldReservation[] };

/** Locks the checkouts, orders and reservations of those who were chosen before the levels are locked. */
export async function lockHolders(tx: Transaction, choice: Choice): Promise<LockedHolders> {
  if (choice.length === 0) return { checkouts: [], reservations: [] };
  const checkouts = await lockWholeCheckouts(tx, [...new Set(choice.map(({ holding }) => holding.checkoutId))]);
  const chosen = new Set(choice.map(({ holding }) => holding.orderId));
  const orders = checkouts.flatMap(({ orders: all }) => all).filter(({ orderId }) => chosen.has(orderId));
  return { checkouts, reservations: await lockReservationsOfOrders(tx, orders) };
}

/**
 * Cancels the chosen units through the one way in which units are cancelled. The levels are locked, and the choice was made after that.
 * The companies are told that there is too little; why the seller corrected its stock stays with the stock operation.
 *
 * @throws MoreRowsNeeded when somebody who came between the guess and the locks has to give up units too: the work is begun anew
 */
export async function giveUp(
  tx: Transaction,
  choice: Choice,
  locked: LockedHolders,
  means: Omit<CancelMeans, "ends" | "cause" | "reason">,
): Promise<GivenUp[]> {
  const reservations = new Map(locked.reservations.map((reservation) => [reservation.reservationId, reservation]));
  const held = choice.map(({ holding, quantity }): HeldReservation => {
    const reservation = reservations.get(holding.reservationId);
    if (reservation === undefined || reservation.open < quantity) throw new MoreRowsNeeded("who holds stock has changed");
    // Of these reservations alone, and as much as was chosen: the others of the same line stand at locations that are not short.
    return { ...reservation, open: quantity };
  });
  const linesOf = Map.groupBy(held, ({ orderId }) => orderId);
  const cancellings = await cancellingsOf(tx, locked, linesOf);
  await lockChargedAccounts(tx, cancellings);
  await cancelUnits(tx, cancellings, held, { ...means, ends: "cancel", cause: "stock_shortage", reason: null });
  return cancellings.flatMap(({ orders }) =>
    orders.flatMap(({ order, draws }) => draws.map(({ lineNumber, quantity }) => ({ orderId: order.orderId, lineNumber, quantity }))),
  );
}

async function cancellingsOf(
  tx: Transaction,
  { checkouts }: LockedHolders,
  held: ReadonlyMap<OrderId, readonly HeldReservation[]>,
): Promise<Cancelling[]> {
  const orders = checkouts.flatMap(({ orders: all }) => all).filter(({ orderId }) => held.has(orderId));
  const numbers = await readNumbersOfOrders(tx, orders);
  const numbersOf = new Map(orders.map(({ orderId }, index) => [orderId, numbers[index]]));
  return checkouts
    .map((whole) => ({
      locked: whole,
      orders: whole.orders.flatMap((order) => {
        const numbered = numbersOf.get(order.orderId);
        return numbered === undefined ? [] : [{ order, numbers: numbered, draws: drawsOf(held.get(order.orderId) ?? []) }];
      }),
    }))
    .filter((cancelling) => cancelling.orders.length > 0);
}

function drawsOf(held: readonly HeldReservation[]): { readonly lineNumber: number; readonly quantity: number }[] {
  const ofLine = Map.groupBy(held, ({ lineNumber }) => lineNumber);
  return [...ofLine]
    .toSorted(([first], [second]) => first - second)
    .map(([lineNumber, units]) => ({ lineNumber, quantity: units.reduce((sum, { open }) => sum + open, 0) }));
}
