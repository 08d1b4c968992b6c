import type { Actor } from "../kernel/actor.ts";
import type { SellerId } from "../kernel/ids.ts";
import {
  adjustmentChanges,
  type AskedAdjustment,
  insertMissingLevels,
  judgeChanges,
  type JudgedChange,
  type LevelChange,
  levelKey,
  lockLevels,
  type LoweringField,
  nothingHere,
  onHandBound,
  refuseTooMuch,
  stockInUse,
  type StockOperation,
  writeStockOperation,
} from "../modules/inventory/index.ts";
import type { OrderRules } from "../modules/orders/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { endingLocks } from "./cancel-units.ts";
import { chooseNewest, giveUp, type GivenUp, type LockedHolders, lockHolders, readTooLittle } from "./stock-shortfall.ts";

/** The rows that lowering stock locks, in the global order: those of who has to give up units, and the levels. */
export const lowerStockLocks = endingLocks;

/** Who changes stock, and what is done when less would be there than is promised: nothing, or the newest promises give up units. */
export type ChangeStock = Omit<Actor, "now"> & {
  readonly reason: string;
  readonly shortfall: "newest_first" | null;
  readonly rules: OrderRules;
};

/** A change that was written, and who had to give up units for it. */
export type ChangedStock = { readonly operation: StockOperation; readonly givenUp: readonly GivenUp[] };

/**
 * Corrects what is on hand after a stock take, damage or loss: all lines or none. Where less would be there than is promised it is
 * refused with the reservations that hold it, or with `shortfall: newest_first` these are cancelled in the same transaction.
 *
 * Locks: checkout, order, reservation, stock level, credit account, company funds, deadline.
 *
 * @throws Refused unknown-reference, also where nothing was ever received; stock-in-use; stock-above-bound
 */
export async function adjustStock(
  tx: Transaction,
  command: ChangeStock & { readonly lines: readonly AskedAdjustment[] },
): Promise<ChangedStock> {
  const sellerId = command.principal.organisationId as SellerId;
  const changes = await adjustmentChanges(tx, sellerId, command.lines);
  // More than a level can hold does not fit the column's type either, so it is refused before it is sent.
  refuseTooMuch(changes.filter(({ delta }) => delta > onHandBound));
  return changeStock(tx, command, { kind: "adjust", changes, field: "delta" });
}

type Change = { readonly kind: "adjust" | "limit"; readonly changes: readonly LevelChange[]; readonly field: LoweringField };

/**
 * Changes stock levels, some of them perhaps to less than is promised. Who would have to give up units is guessed first, so that their
 * checkouts, orders and reservations can be locked before the levels; it is decided again on the locked levels.
 *
 * @throws MoreRowsNeeded when the guess was overtaken; the work is begun anew
 */
export async function changeStock(tx: Transaction, command: ChangeStock, { kind, changes, field }: Change): Promise<ChangedStock> {
  const { reason, shortfall, rules, principal, requestId, traceparent, idempotencyId, newId } = command;
  const sellerId = principal.organisationId as SellerId;
  const guess = shortfall === null ? [] : await chooseNewest(tx, sellerId, await readTooLittle(tx, sellerId, changes));
  const locked: LockedHolders = typeof guess === "string" ? { checkouts: [], reservations: [] } : await lockHolders(tx, guess);
  // A limit makes its level: what is made to order may never have been received.
  if (kind === "limit") await insertMissingLevels(tx, sellerId, changes);
  const levels = new Map((await lockLevels(tx, sellerId, changes)).map((level) => [levelKey(level), level]));
  const at = await now(tx);
  const { missing, tooLittle, tooMuch, fine } = judgeChanges(changes, levels);
  if (missing.length > 0) throw nothingHere(missing, "location");
  refuseTooMuch(tooMuch.map(({ change }) => change));
  const actor: Actor = { principal, requestId, traceparent, idempotencyId, now: at, newId };
  if (tooLittle.length === 0) return { operation: await writeStockOperation(tx, actor, { kind, reason }, fine), givenUp: [] };

  const choice = shortfall === null ? "not_asked" : await chooseNewest(tx, sellerId, tooLittle);
  if (typeof choice === "string") throw await stockInUse(tx, sellerId, tooLittle, field, detailOf[choice]);
  const givenUp = await giveUp(tx, choice, locked, {
    ...{ requestId, traceparent: traceparent ?? null, newId, at, idempotencyId, rules },
    actor: { kind: "seller", id: principal.keyId },
  });
  const judged = inOrder(changes, [...fine, ...tooLittle.map((each) => lowered(each, choice))]);
  return { operation: await writeStockOperation(tx, actor, { kind, reason }, judged), givenUp };
}

const detailOf = {
  not_asked: "less would be there than is promised",
  less_than_nothing: "less would be there than is promised",
  packed: "less would be there than is promised, and what is packed or replaces a lost parcel is not given up",
  too_many_orders: "more than 100 orders would have to give up units",
} as const;

/** The level as it is when the chosen units were given back. */
function lowered(judged: JudgedChange, choice: readonly { readonly holding: Parameters<typeof levelKey>[0]; readonly quantity: number }[]) {
  const given = choice
    .filter(({ holding }) => levelKey(holding) === levelKey(judged.change))
    .reduce((sum, { quantity }) => sum + quantity, 0);
  const reserved = judged.level.reserved - given;
  return { ...judged, level: { ...judged.level, reserved }, after: { ...judged.after, reserved } };
}

function inOrder(changes: readonly LevelChange[], judged: readonly JudgedChange[]): JudgedChange[] {
  const byLevel = new Map(judged.map((each) => [levelKey(each.change), each]));
  return changes.flatMap((change) => byLevel.get(levelKey(change)) ?? []);
}
