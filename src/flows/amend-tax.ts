import { type OrderId, toWireId } from "../kernel/ids.ts";
import { type MinorUnits, minorUnits, money, withinWire } from "../kernel/money.ts";
import { Refused } from "../kernel/refusal.ts";
import { toWire } from "../kernel/wire.ts";
import { localDay } from "../kernel/working-days.ts";
import { changeCheckouts, type Checkout, lockCheckouts } from "../modules/checkouts/index.ts";
import { changeCredit, type CreditAccountFacts, lockCreditAccounts } from "../modules/companies/index.ts";
import {
  type AmendedRate,
  amendTax,
  drawUnits,
  type Order,
  type OrderNumbers,
  partOrder,
  restOf,
  type Shipment,
  type TaxAmendment,
  taxAmendmentCause,
  type TaxRateMissing,
  type UnitDraw,
  writeTaxAmendments,
} from "../modules/orders/index.ts";
import { type AmountTooLarge, type TaxOfSupply, taxOfSupply, taxTable } from "../modules/pricing/index.ts";
import { MoreRowsNeeded, type Transaction } from "../platform/db/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { readSupplyRates, type SupplyRates } from "../views/supply-rates.ts";
import { checkoutEvent, type OrderMeans, orderEvent } from "./lifecycle-events.ts";

/** What the tax of an order's next parcel depends on, and its checkout, locked, when an amendment looked due. */
export type Supply = { readonly rates: SupplyRates; readonly checkout: Checkout | undefined };

/** The same when its credit account is locked too, if it has one. */
export type OwedSupply = Supply & { readonly account: CreditAccountFacts | undefined };

/**
 * Reads what the tax of parcels depends on that are about to leave, and locks the checkouts of which some of the tax looks as if its
 * rate has ended. Whether it has is judged on the locked orders; rates are nobody's to lock, they are as they were a moment ago.
 *
 * Locks: checkout.
 */
export async function prepareSupplies(
  tx: Transaction,
  orders: readonly Pick<Order, "sellerId" | "orderId">[],
): Promise<ReadonlyMap<OrderId, Supply>> {
  const rates = await readSupplyRates(tx, orders);
  const due = [...rates.values()].filter((each) => {
    const judge = judgeOn(each, localDay(each.now, each.timeZone));
    return each.groups.some((group) => group.rest > 0n && judge(group).kind === "amended");
  });
  const locked = due.length === 0 ? [] : await lockCheckouts(tx, [...new Set(due.map(({ checkoutId }) => checkoutId))]);
  const checkouts = new Map(locked.map((checkout) => [checkout.checkoutId, checkout]));
  return new Map([...rates].map(([orderId, each]) => [orderId, { rates: each, checkout: checkouts.get(each.checkoutId) }]));
}

/** Locks the credit accounts that amendments would change; their turn is after the stock levels. */
export async function lockOwed(tx: Transaction, supplies: ReadonlyMap<OrderId, Supply>): Promise<ReadonlyMap<OrderId, OwedSupply>> {
  const nameOf = ({ companyId, currency }: Pick<Checkout, "companyId" | "currency">) => `${companyId} ${currency}`;
  const owing = [...supplies.values()].flatMap(({ checkout }) => (checkout?.paymentMethod === "on_account" ? [checkout] : []));
  const locked = owing.length === 0 ? [] : await lockCreditAccounts(tx, [...new Map(owing.map((each) => [nameOf(each), each])).values()]);
  const accounts = new Map(locked.map((account) => [nameOf(account), account]));
  return new Map(
    [...supplies].map(([orderId, supply]) => {
      const { checkout } = supply;
      return [orderId, { ...supply, account: checkout?.paymentMethod === "on_account" ? accounts.get(nameOf(checkout)) : undefined }];
    }),
  );
}

/** Units that are about to leave, packed, of a locked order with its numbers as they are then. */
export type ToSupply = { readonly order: Order; readonly numbers: OrderNumbers; readonly units: readonly UnitDraw[] };

/** The parcel that they leave in. */
export type Supplied = ToSupply & { readonly shipment: Shipment };

/** What is to be written of amendments: the order's numbers after them, and what they change the order's total by. */
export type AmendedSupply = {
  readonly suppliedOn: string;
  readonly numbers: OrderNumbers;
  readonly amendments: readonly TaxAmendment[];
  readonly delta: MinorUnits;
  readonly checkout: Checkout;
  readonly account: CreditAccountFacts | undefined;
};

/**
 * The date of supply of a parcel is the day on which it leaves, in the seller's time zone. Where the tax of what it draws from is another
 * one on that day than was agreed, the rest of that tax group that is neither shipped nor cancelled is amended: the net stays, the tax
 * follows the law, and what the order, its checkout and the credit used are worth follow it. Everybody is told. What is sent in place of a
 * lost parcel draws from nothing.
 *
 * @returns the order and its numbers as the parcel is drawn from
 * @throws Refused tax-rate-missing, amount-too-large
 * @throws MoreRowsNeeded when the checkout did not look as if it had to be locked; the work is begun anew
 */
export async function amendSupply(
  tx: Transaction,
  { order, numbers, shipment, units }: Supplied,
  supply: OwedSupply | undefined,
  means: OrderMeans,
): Promise<{ readonly order: Order; readonly numbers: OrderNumbers }> {
  const amended = shipment.replaces === null ? judgeSupply({ order, numbers, units }, supply, means.at) : undefined;
  return amended === undefined ? { order, numbers } : writeAmendedSupply(tx, { order, shipment }, amended, means);
}

/**
 * Whether the tax of what leaves at this moment has to be amended, and how. Writes nothing.
 *
 * @returns undefined when the tax is as it was agreed
 * @throws Refused tax-rate-missing, amount-too-large
 * @throws MoreRowsNeeded when the checkout did not look as if it had to be locked; the work is begun anew
 */
export function judgeSupply(
  { order, numbers, units }: ToSupply,
  supply: OwedSupply | undefined,
  at: OrderMeans["at"],
): AmendedSupply | undefined {
  if (supply === undefined) return undefined;
  const before = partOrder(order, numbers);
  const suppliedOn = localDay(at, supply.rates.timeZone);
  const rates = judgeDrawn(supply.rates, drawnGroups(before, units), suppliedOn);
  const { order: after, amendments, delta } = amendTax(before, rates);
  if (amendments.length === 0) return undefined;
  const { checkout, account } = supply;
  if (checkout === undefined) throw new MoreRowsNeeded("the checkout of an order whose tax is amended");
  const amounts = [after.total, checkout.total + checkout.amended + delta, (account?.used ?? 0n) + delta];
  if (!amounts.every(withinWire)) {
    throw new Refused<AmountTooLarge>({ code: "amount-too-large" });
  }
  return { suppliedOn, numbers: after, amendments, delta, checkout, account };
}

/** Writes what was judged of an order and of what leaves of it in this parcel, and tells it. */
export async function writeAmendedSupply(
  tx: Transaction,
  { order, shipment }: Pick<Supplied, "order" | "shipment">,
  { suppliedOn, numbers, amendments, delta, checkout, account }: AmendedSupply,
  means: OrderMeans,
): Promise<{ readonly order: Order; readonly numbers: OrderNumbers }> {
  const changed = await writeTaxAmendments(tx, order, { amendments, delta, shipmentId: shipment.shipmentId, suppliedOn }, means);
  const { state, cancelled } = checkout;
  const amended = minorUnits(checkout.amended + delta);
  const because = { ...means, cause: taxAmendmentCause };
  const [owed = checkout] = await changeCheckouts(tx, [{ checkout, state, cancelled, amended, event: null }], because);
  if (account !== undefined && delta !== 0n) {
    const { companyId, currency } = account;
    await tx.query(changeCredit([{ companyId, currency, amount: delta, step: "amend" }]));
  }
  const facts = {
    shipment: toWireId("shp", shipment.shipmentId),
    supplied_on: suppliedOn,
    tax_amendments: amendments.map((each) => told(each, order)),
  };
  await appendEvents(tx, [
    checkoutEvent(owed, "checkout.tax_amended", means),
    orderEvent(changed, taxAmendmentCause, means, { type: "order.tax_amended", facts }),
  ]);
  return { order: changed, numbers };
}

type JudgedGroup = Pick<SupplyRates["groups"][number], "taxCategory" | "code" | "ratePpm">;

function judgeOn({ rates, dispatchCountry }: SupplyRates, day: string): (group: JudgedGroup) => TaxOfSupply {
  const table = taxTable(rates);
  return ({ taxCategory, code, ratePpm }) => taxOfSupply(table, { dispatchCountry, category: taxCategory, code, ratePpm }, day);
}

/** The groups that a parcel draws net from, of its lines and of the freight that leaves with it. */
function drawnGroups(order: ReturnType<typeof partOrder>, units: readonly UnitDraw[]) {
  const drawn = new Set(drawUnits(order, units, "shipped", { fromPacked: true }).groups.map(({ taxCategory }) => taxCategory));
  return order.groups.filter((group) => drawn.has(group.taxCategory) && restOf(group) > 0n);
}

function judgeDrawn(rates: SupplyRates, groups: OrderNumbers["groups"], suppliedOn: string): AmendedRate[] {
  const judge = judgeOn(rates, suppliedOn);
  const judged = groups.map((group) => {
    const { taxCategory, taxCode, taxRatePpm } = group;
    return { taxCategory, tax: judge({ taxCategory, code: taxCode as JudgedGroup["code"], ratePpm: taxRatePpm }) };
  });
  const unknown = judged.filter(({ tax }) => tax.kind === "unknown");
  if (unknown.length > 0) {
    throw new Refused<TaxRateMissing>({
      code: "tax-rate-missing",
      dispatch_country: rates.dispatchCountry,
      supplied_on: suppliedOn,
      tax_categories: unknown.map(({ taxCategory }) => taxCategory),
    });
  }
  return judged.flatMap(({ taxCategory, tax }) => (tax.kind === "amended" ? [{ taxCategory, ...tax.rate }] : []));
}

function told({ number, taxCategory, net, from, to }: TaxAmendment, { currency }: Order) {
  const wire = (amount: bigint) => toWire(money(minorUnits(amount), currency));
  return {
    number,
    category: taxCategory,
    net: wire(net),
    from: { code: from.code, rate_ppm: from.ratePpm, tax: wire(from.tax) },
    to: {
      ...{ code: to.code, rate_ppm: to.ratePpm, tax: wire(to.tax) },
      ...{ exemption_code: to.exemptionCode, exemption_text: to.exemptionText },
    },
  };
}
