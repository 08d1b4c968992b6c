import { assert } from "../../kernel/assert.ts";
import { applyRate, cumulativeTax, type MinorUnits, minorUnits, part } from "../../kernel/money.ts";

/** The numbers of an order line. A unit is packed, shipped, cancelled or open. Amounts in minor units, without tax. */
export type PartLine = {
  readonly lineNumber: number;
  readonly quantity: number;
  readonly packed: number;
  readonly shipped: number;
  readonly cancelled: number;
  readonly gross: bigint;
  readonly discount: bigint;
  readonly net: bigint;
  readonly shippedNet: bigint;
  readonly cancelledNet: bigint;
  readonly taxCategory: string;
  readonly taxRatePpm: number;
};

/**
 * The living tax group of a category of the order: the net of its lines and its freight, and the tax on it. `amendment` is the number of
 * the amendment that made it; 0 as it was placed.
 */
export type PartGroup = {
  readonly taxCategory: string;
  readonly amendment: number;
  readonly taxCode: string;
  readonly taxRatePpm: number;
  readonly net: bigint;
  readonly tax: bigint;
  readonly shippedNet: bigint;
  readonly cancelledNet: bigint;
};

/** The freight of the order in one tax group, net of tax: what of it was charged with shipments, and what was cancelled. */
export type PartFreight = {
  readonly taxCategory: string;
  readonly taxRatePpm: number;
  readonly net: bigint;
  readonly charged: bigint;
  readonly cancelled: bigint;
};

/** Whole: charged by the first shipment, cancelled if nothing ships. Per unit: parted with all units of the order. */
export type FreightKind = "whole" | "per_unit";

/**
 * The numbers of one order: all its lines, its living tax groups. `cancelled` and `total` include tax, and `total` is with what amendments
 * changed of it.
 */
export type PartOrder = {
  readonly lines: readonly PartLine[];
  readonly groups: readonly PartGroup[];
  readonly freight: readonly PartFreight[];
  readonly freightKind: FreightKind;
  readonly cancelled: bigint;
  readonly total: bigint;
};

/** Units of a line to be shipped or cancelled; several draws of one line are one. */
export type UnitDraw = { readonly lineNumber: number; readonly quantity: number };

/** What units of a line are worth. No amount is negative, and net = gross − discount. */
export type LinePart = { readonly gross: MinorUnits; readonly discount: MinorUnits; readonly net: MinorUnits };

/** The line as it is after the draw, and what the draw is of it. */
export type DrawnLine = PartLine & { readonly part: LinePart & { readonly quantity: number } };

/** The group as it is after the draw, and what the draw is of it: of a shipment, the group of its invoice. */
export type DrawnGroup = PartGroup & { readonly part: { readonly net: MinorUnits; readonly tax: MinorUnits } };

/** The freight as it is after the draw, and the net that the draw charges or cancels. */
export type DrawnFreight = PartFreight & { readonly part: { readonly net: MinorUnits } };

/** What a draw changes; what it leaves alone is not in the lists. */
export type DrawnUnits = {
  readonly lines: readonly DrawnLine[];
  readonly groups: readonly DrawnGroup[];
  readonly freight: readonly DrawnFreight[];
  /** How far the freight of all groups has come, charged or cancelled, without the draw and with it, of the whole; net of tax. */
  readonly freightCome: { readonly before: bigint; readonly after: bigint; readonly total: bigint };
  /** By how much the order's cancelled amount rises, tax included. Never negative; 0 for a shipment. */
  readonly cancelledDelta: MinorUnits;
  /** No unit is open or packed any more. */
  readonly nothingOpen: boolean;
  /** A unit was shipped, by this draw or before. */
  readonly anythingShipped: boolean;
};

/** Units that are neither packed, shipped nor cancelled. */
export function openUnits(line: PartLine): number {
  return line.quantity - line.packed - line.shipped - line.cancelled;
}

/**
 * What units `before` + 1 to `after` of a line are worth. The gross is taken from cumulative units, the discount from cumulative gross
 * (floor(discount × gross so far / gross)): so parts add up to the line in any order and number, and none is negative. Where a unit's
 * gross is whole this is floor(discount × units so far / n); where it is not, taking both from units would let a part whose gross is
 * rounded down have a discount rounded up, and a net of −1.
 */
export function linePart(
  line: { readonly quantity: number; readonly gross: bigint; readonly discount: bigint },
  before: number,
  after: number,
): LinePart {
  assert(line.discount >= 0n && line.discount <= line.gross, "a discount beyond the gross amount");
  const gross = part(line.gross, line.quantity, before, after);
  const grossBefore = part(line.gross, line.quantity, 0, before);
  const discountAt = (grossSoFar: bigint) => (line.gross === 0n ? 0n : (line.discount * grossSoFar) / line.gross);
  const discount = minorUnits(discountAt(grossBefore + gross) - discountAt(grossBefore));
  return { gross, discount, net: minorUnits(gross - discount) };
}

/**
 * The tax of one shipment in a group, from the net shipped before and with it: R(with × rate) − R(before × rate). So the shipments'
 * tax and the cancelled tax add up to the group's, and each invoice is within one minor unit of EN 16931 BR-CO-17.
 */
export function shipmentTax(taxRatePpm: number, shippedNetBefore: bigint, shippedNetAfter: bigint): MinorUnits {
  return cumulativeTax(taxRatePpm, shippedNetBefore, shippedNetAfter);
}

/** The tax on what was cancelled of a group so far: what shipping all the rest would leave of the group's tax. */
export function cancelledTax(group: Pick<PartGroup, "net" | "tax" | "taxRatePpm">, cancelledNet: bigint): MinorUnits {
  return minorUnits(group.tax - applyRate(group.net - cancelledNet, group.taxRatePpm));
}

/**
 * Ships or cancels units of an order, open ones or (`fromPacked`) packed ones, and says what that is worth. Shipping and cancelling a
 * line draw from one counter of units, so that all parts of an order add up to it exactly, in whatever order and number they come.
 *
 * @throws AssertionFailed for units that are not there, a line that the order does not have, no draw at all, or numbers that contradict
 * each other: the caller has judged what may be drawn
 */
export function drawUnits(
  order: PartOrder,
  draws: readonly UnitDraw[],
  as: "shipped" | "cancelled",
  options: { readonly fromPacked: boolean },
): DrawnUnits {
  assert(draws.length > 0, "nothing to draw");
  const units = countUnits(order.lines);
  const lines = drawLines(order.lines, draws, as, options.fromPacked);
  const drawnNow = lines.reduce((sum, line) => sum + line.part.quantity, 0);
  const nothingOpen = units.drawn + drawnNow === units.all;
  const anythingShipped = units.shipped > 0 || as === "shipped";
  // Whole freight is due with the first shipment, or with the last units if none shipped; draws after it find nothing left to take.
  const wholeIsDue = as === "shipped" || nothingOpen;
  const freight = order.freight.flatMap((each) => {
    const net = order.freightKind === "per_unit" ? part(each.net, units.all, units.drawn, units.drawn + drawnNow) : rest(each, wholeIsDue);
    return net === 0n ? [] : [drawFreight(each, as, net)];
  });
  const groups = drawGroups(order.groups, [...lines, ...freight], as);
  const cancelledDelta = minorUnits(as === "cancelled" ? groups.reduce((sum, group) => sum + group.part.net + group.part.tax, 0n) : 0n);
  const cancelled = order.cancelled + cancelledDelta;
  assert(cancelled <= order.total, "more is cancelled than the order's total");
  assert(!nothingOpen || anythingShipped || cancelled === order.total, "everything is cancelled, but not the order's total");
  return { lines, groups, freight, freightCome: freightCome(order.freight, freight), cancelledDelta, nothingOpen, anythingShipped };
}

function freightCome(all: readonly PartFreight[], drawn: readonly DrawnFreight[]): DrawnUnits["freightCome"] {
  const before = all.reduce((sum, { charged, cancelled }) => sum + charged + cancelled, 0n);
  const after = drawn.reduce((sum, each) => sum + each.part.net, before);
  return { before, after, total: all.reduce((sum, { net }) => sum + net, 0n) };
}

function countUnits(lines: readonly PartLine[]): { all: number; drawn: number; shipped: number } {
  let [all, drawn, shipped] = [0, 0, 0];
  for (const line of lines) {
    all += line.quantity;
    drawn += line.shipped + line.cancelled;
    shipped += line.shipped;
  }
  return { all, drawn, shipped };
}

function drawLines(lines: readonly PartLine[], draws: readonly UnitDraw[], as: "shipped" | "cancelled", fromPacked: boolean): DrawnLine[] {
  const quantityOf = new Map<number, number>();
  for (const { lineNumber, quantity } of draws) {
    assert(Number.isSafeInteger(quantity) && quantity > 0, `${quantity} units of line ${lineNumber}`);
    quantityOf.set(lineNumber, (quantityOf.get(lineNumber) ?? 0) + quantity);
  }
  const drawn = lines.flatMap((line) => {
    const quantity = quantityOf.get(line.lineNumber);
    if (quantity === undefined) return [];
    quantityOf.delete(line.lineNumber);
    return [drawLine(line, quantity, as, fromPacked)];
  });
  const [unknown] = quantityOf.keys();
  assert(unknown === undefined, `no line ${unknown}`);
  return drawn;
}

function drawLine(line: PartLine, quantity: number, as: "shipped" | "cancelled", fromPacked: boolean): DrawnLine {
  const there = fromPacked ? line.packed : openUnits(line);
  assert(quantity <= there, `${quantity} units of line ${line.lineNumber}, of which ${there} are ${fromPacked ? "packed" : "open"}`);
  assert(line.net === line.gross - line.discount, `line ${line.lineNumber} has another net than gross less discount`);
  const before = line.shipped + line.cancelled;
  const worth = linePart(line, before, before + quantity);
  return {
    ...line,
    packed: fromPacked ? line.packed - quantity : line.packed,
    ...(as === "shipped"
      ? { shipped: line.shipped + quantity, shippedNet: line.shippedNet + worth.net }
      : { cancelled: line.cancelled + quantity, cancelledNet: line.cancelledNet + worth.net }),
    part: { quantity, ...worth },
  };
}

function rest(freight: PartFreight, isDue: boolean): MinorUnits {
  return minorUnits(isDue ? freight.net - freight.charged - freight.cancelled : 0n);
}

function drawFreight(freight: PartFreight, as: "shipped" | "cancelled", net: MinorUnits): DrawnFreight {
  const drawn = as === "shipped" ? { charged: freight.charged + net } : { cancelled: freight.cancelled + net };
  return { ...freight, ...drawn, part: { net } };
}

type Drawn = { readonly taxCategory: string; readonly taxRatePpm: number; readonly part: { readonly net: bigint } };

function drawGroups(groups: readonly PartGroup[], parts: readonly Drawn[], as: "shipped" | "cancelled"): DrawnGroup[] {
  const keyOf = (each: { readonly taxCategory: string; readonly taxRatePpm: number }) => `${each.taxCategory} ${each.taxRatePpm}`;
  const netOf = new Map<string, bigint>();
  for (const each of parts) netOf.set(keyOf(each), (netOf.get(keyOf(each)) ?? 0n) + each.part.net);
  const drawn = groups.flatMap((group) => {
    const net = netOf.get(keyOf(group));
    if (net === undefined) return [];
    netOf.delete(keyOf(group));
    return [drawGroup(group, minorUnits(net), as)];
  });
  const [unknown] = netOf.keys();
  assert(unknown === undefined, `no tax group ${unknown}`);
  return drawn;
}

function drawGroup(group: PartGroup, net: MinorUnits, as: "shipped" | "cancelled"): DrawnGroup {
  const name = `tax group ${group.taxCategory} ${group.taxRatePpm}`;
  assert(group.tax === applyRate(group.net, group.taxRatePpm), `${name} has another tax than that on its net`);
  assert(group.shippedNet + group.cancelledNet + net <= group.net, `more of ${name} is drawn than its net`);
  if (as === "shipped") {
    const shippedNet = group.shippedNet + net;
    return { ...group, shippedNet, part: { net, tax: shipmentTax(group.taxRatePpm, group.shippedNet, shippedNet) } };
  }
  const cancelledNet = group.cancelledNet + net;
  const tax = minorUnits(cancelledTax(group, cancelledNet) - cancelledTax(group, group.cancelledNet));
  return { ...group, cancelledNet, part: { net, tax } };
}
