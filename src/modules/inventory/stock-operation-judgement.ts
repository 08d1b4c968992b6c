import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { SellerId } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import type { Reader } from "../../platform/db/index.ts";
import { leastOnHand, levelKey, onHandBound, takeFromFirst, unitsShort } from "./stock-operation.ts";
import type { JudgedChange, LevelChange } from "./stock-operation.ts";
import type { StockAboveBound, StockInUse, UnknownReference } from "./stock-operation-refusals.ts";
import { holdersOf } from "./waiting-store.ts";
import type { Holder } from "./waiting-store.ts";

/** How many reservations a refusal names for each line. */
const namedHolders = 20;

/** Which field of a line asked for too little to stay. */
export type LoweringField = "delta" | "quantity" | "backorder_limit";

/**
 * The refusal of changes after which less would be there than is promised. It names the newest reservations, and what each of them would
 * have to give up.
 */
export async function stockInUse(
  reader: Reader,
  sellerId: SellerId,
  tooLittle: readonly JudgedChange[],
  field: LoweringField,
  detail = "less would be there than is promised",
): Promise<Refused<StockInUse>> {
  const holders = Map.groupBy(
    await holdersOf(
      reader,
      sellerId,
      tooLittle.map(({ change }) => change),
      namedHolders,
    ),
    levelKey,
  );
  return new Refused<StockInUse>({
    code: "stock-in-use",
    errors: tooLittle.map((judged) => ({
      pointer: `/lines/${judged.change.line}/${field}`,
      detail: unitsShort(judged) === undefined ? "less than nothing would be on hand" : detail,
    })),
    lines: tooLittle.map((judged) => ({
      line: judged.change.line,
      offer: toWireId(prefixes.offer, judged.change.offerId),
      location: toWireId(prefixes.location, judged.change.locationId),
      on_hand: judged.level.onHand,
      reserved: judged.level.reserved,
      backorder_limit: judged.level.backorderLimit,
      least_on_hand: leastOnHand(judged.after),
      least_backorder_limit: Math.max(0, judged.level.reserved - Math.max(0, judged.after.onHand)),
      orders: shownHolders(holders.get(levelKey(judged.change)) ?? [], judged),
    })),
  });
}

function shownHolders(holders: readonly Holder[], judged: JudgedChange): StockInUse["lines"][number]["orders"] {
  const open = holders.map((holder) => ({ ...holder, open: holder.held - holder.packed }));
  const short = unitsShort(judged) ?? 0;
  const given = takeFromFirst(open, short) ?? open.map((holding) => ({ holding, quantity: holding.open }));
  const gives = new Map(given.map(({ holding, quantity }) => [holding.reservationId, quantity]));
  return holders.map(({ reservationId, orderId, lineNumber, held, packed }) => ({
    order: toWireId(prefixes.order, orderId),
    line_number: lineNumber,
    held,
    packed,
    to_give_up: gives.get(reservationId) ?? 0,
  }));
}

/** The refusal of changes at locations where the offer has no stock level. */
export function nothingHere(missing: readonly LevelChange[], field: "location" | "from"): Refused<UnknownReference> {
  const errors = missing.map(({ line }) => ({ pointer: `/lines/${line}/${field}`, detail: "nothing of the offer was ever received here" }));
  return new Refused<UnknownReference>({ code: "unknown-reference", errors });
}

/** @throws Refused stock-above-bound when there are changes that bring more than a level can hold */
export function refuseTooMuch(changes: readonly LevelChange[]): void {
  if (changes.length === 0) return;
  const errors = changes.map(({ line }) => ({ pointer: `/lines/${line}`, detail: `more than ${onHandBound} units would be on hand` }));
  throw new Refused<StockAboveBound>({ code: "stock-above-bound", errors, bound: onHandBound });
}
