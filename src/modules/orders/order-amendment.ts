import { assert } from "../../kernel/assert.ts";
import { applyRate, cumulativeTax, type MinorUnits, minorUnits } from "../../kernel/money.ts";
import type { PartGroup, PartOrder } from "./order-parts.ts";

/** Why the tax of a part of an order becomes another one: a rate has an end, and no other cause is known. */
export const taxAmendmentCause = "rate_ended";

/** What the tax of a category of an order is from now on: EN 16931 code, rate, and why there is none. */
export type AmendedRate = {
  readonly taxCategory: string;
  readonly code: "S" | "Z" | "E";
  readonly ratePpm: number;
  readonly exemptionCode: string | null;
  readonly exemptionText: string | null;
};

/** The rest of a tax group that moved to another tax: its net stays, its tax follows the law. Amounts in minor units. */
export type TaxAmendment = {
  /** Counts the order's amendments from 1; also names the group that it made. */
  readonly number: number;
  /** The group that it closed: the amendment that made that one, 0 as it was placed. */
  readonly amends: number;
  readonly taxCategory: string;
  readonly net: MinorUnits;
  readonly from: { readonly code: string; readonly ratePpm: number; readonly tax: MinorUnits };
  readonly to: Omit<AmendedRate, "taxCategory"> & { readonly tax: MinorUnits };
};

/** What is left of a group: net that is neither shipped nor cancelled. */
export function restOf({ net, shippedNet, cancelledNet }: Pick<PartGroup, "net" | "shippedNet" | "cancelledNet">): MinorUnits {
  return minorUnits(net - shippedNet - cancelledNet);
}

/**
 * Amends an order: what is left of the living group of each of these categories becomes a group of its own, at the new rate; its lines
 * and freight are drawn from there. The old group is left with R(shipped net × rate) and what is cancelled of it, so what its rest bore is
 * R((net − cancelled net) × rate) − R(shipped net × rate): all that was shipped, cancelled and amended of it together is its tax. A group of
 * which nothing is left stays as it is.
 *
 * @returns the order as it is then, `total` with what the amendments changed of it
 * @throws AssertionFailed for a category that the order does not have, or a rate that changes nothing
 */
export function amendTax<Amended extends PartOrder>(
  order: Amended,
  rates: readonly AmendedRate[],
): { readonly order: Amended; readonly amendments: readonly TaxAmendment[]; readonly delta: MinorUnits } {
  const last = order.groups.reduce((highest, { amendment }) => Math.max(highest, amendment), 0);
  const living = new Map(order.groups.map((group) => [group.taxCategory, group]));
  const amendments = rates
    .flatMap((rate) => {
      const group = living.get(rate.taxCategory);
      assert(group !== undefined, `no tax group ${rate.taxCategory}`);
      assert(group.taxCode !== rate.code || group.taxRatePpm !== rate.ratePpm, `${rate.taxCategory} bears this tax already`);
      return restOf(group) === 0n ? [] : [{ group, rate }];
    })
    .map(({ group, rate }, index) => amendGroup(group, rate, last + index + 1));
  const amendmentOf = new Map(amendments.map((each) => [each.taxCategory, each]));
  const atRate = <Part extends { readonly taxCategory: string; readonly taxRatePpm: number }>(part: Part): Part => {
    const amended = amendmentOf.get(part.taxCategory);
    return amended === undefined ? part : { ...part, taxRatePpm: amended.to.ratePpm };
  };
  const groups = order.groups.map((group) => {
    const amended = amendmentOf.get(group.taxCategory);
    return amended === undefined ? group : groupOf(amended);
  });
  const delta = minorUnits(amendments.reduce((sum, { from, to }) => sum + to.tax - from.tax, 0n));
  const total = order.total + delta;
  return { order: { ...order, lines: order.lines.map(atRate), freight: order.freight.map(atRate), groups, total }, amendments, delta };
}

function amendGroup(group: PartGroup, { taxCategory, ...to }: AmendedRate, number: number): TaxAmendment {
  const net = restOf(group);
  const oldTax = cumulativeTax(group.taxRatePpm, group.shippedNet, group.net - group.cancelledNet);
  return {
    ...{ number, amends: group.amendment, taxCategory, net },
    from: { code: group.taxCode, ratePpm: group.taxRatePpm, tax: oldTax },
    to: { ...to, tax: applyRate(net, to.ratePpm) },
  };
}

function groupOf({ number, taxCategory, net, to }: TaxAmendment): PartGroup {
  return { taxCategory, amendment: number, taxCode: to.code, taxRatePpm: to.ratePpm, net, tax: to.tax, shippedNet: 0n, cancelledNet: 0n };
}
