import { type Shortage, StockPicture } from "../../kernel/allocation.ts";
import { assert } from "../../kernel/assert.ts";
import { addMillis } from "../../kernel/clock.ts";
import { toWireId } from "../../kernel/ids.ts";
import { type MinorUnits, minorUnits, money } from "../../kernel/money.ts";
import type { StockLevel } from "../../kernel/stock-level.ts";
import { toWire } from "../../kernel/wire.ts";
import { paymentDeadline, type ReferenceUse } from "../../modules/checkouts/index.ts";
import type { CreditAccountFacts } from "../../modules/companies/index.ts";
import { acceptanceDeadline, type NewOrder, type OrderRules } from "../../modules/orders/index.ts";
import { type TaxTable, taxTable, totalCheckout } from "../../modules/pricing/index.ts";
import type { Deadline } from "../../platform/jobs/index.ts";
import type { AddressFacts, CompanyFacts, PlacingFacts } from "../../views/placing-facts.ts";
import type { NewIds, PlaceCommand, PlacedCheckout, PlaceOutcome, PlaceRefusal } from "./command.ts";
import { type Judged, refused } from "./asked-lines.ts";
import { type AgreedPrices, draft, price, resolve } from "./draft.ts";
import { checkoutSnapshot } from "./snapshots.ts";
import { companyRefusal, goodsRefusal } from "./standing.ts";

/** All that a batch is judged on: what the locking statements returned, and the master data read after them. */
export type Evidence = {
  readonly facts: PlacingFacts;
  readonly levels: readonly StockLevel[];
  readonly credit: readonly CreditAccountFacts[];
  readonly references: readonly ReferenceUse[];
};

/**
 * The rules that are set from outside. A role may place when the policy says so; a bank transfer has this long to arrive; an order has its
 * own waiting times.
 */
export type PlacingRules = {
  readonly mayPlace: (role: string) => boolean;
  readonly payWithinMillis: number;
  readonly orders: OrderRules;
};

/**
 * Judges a batch in order of arrival, each command against what the accepted ones before it took; a refused one takes nothing. So a
 * batch has the outcomes of its commands one by one. Pure: no clock, no database; new rows get their names from `ids`.
 */
export function judge(commands: readonly PlaceCommand[], evidence: Evidence, rules: PlacingRules, ids: NewIds): PlaceOutcome[] {
  const bench = openBench(evidence);
  return commands.map((command) => {
    const judged = judgeOne(command, bench, rules, ids);
    return judged.ok ? { accepted: true, placed: judged.value } : { accepted: false, refusal: judged.refusal };
  });
}

type ReferenceState = Pick<ReferenceUse, "live" | "ended">;

/** What is left while a batch is judged: stock, credit and references as the accepted commands have left them. */
type Bench = {
  readonly facts: PlacingFacts;
  readonly stock: StockPicture;
  readonly taxes: TaxTable;
  readonly credit: Map<string, Pick<CreditAccountFacts, "limit" | "used" | "closedAt">>;
  readonly references: Map<string, ReferenceState>;
  readonly agreedPrices: AgreedPrices;
  readonly levels: ReadonlyMap<string, StockLevel>;
};

function openBench({ facts, levels, credit, references }: Evidence): Bench {
  return {
    facts,
    stock: new StockPicture(levels),
    taxes: taxTable(facts.taxRates),
    credit: new Map(credit.map((account) => [accountOf(account), account])),
    references: new Map(references.map((use) => [referenceOf(use), use])),
    agreedPrices: agreedPricesOf(facts),
    levels: new Map(levels.map((level) => [levelOf(level.offerId, level.locationId), level])),
  };
}

function judgeOne(command: PlaceCommand, bench: Bench, rules: PlacingRules, ids: NewIds): Judged<PlacedCheckout> {
  const { facts, stock } = bench;
  const company = partyOf(facts.companies, command.companyId);
  const barred =
    callerRefusal(command, facts, rules) ??
    referenceRefusal(command, bench.references.get(referenceOf(command))) ??
    companyRefusal(company);
  if (barred !== undefined) return refused(barred);
  const delivery = deliveryOf(command, company, facts);
  if (delivery === undefined) return refused(unknownAddress);
  const asked = resolve(command.lines, facts.offers);
  if (!asked.ok) return asked;
  const unavailable = goodsRefusal(asked.value, facts.sellers);
  if (unavailable !== undefined) return refused(unavailable);
  const priced = price(command, asked.value, bench.agreedPrices);
  if (!priced.ok) return priced;

  const planned = stock.plan(
    priced.value.map(({ lines }) => ({
      lines: lines.map(({ index, offer, quantity }) => ({ line: index, offerId: offer.offerId, quantity })),
      preferredCountry: delivery.country,
    })),
  );
  if (!planned.ok) return refused(stockShort(planned.shortages));

  const checkoutId = ids.checkout();
  const prepaid = command.paymentMethod === "bank_transfer" && priced.value.some(({ lines }) => lines.some((line) => line.price.net > 0n));
  const orders: NewOrder[] = [];
  for (const [index, order] of priced.value.entries()) {
    const plan = planned.plan.orders[index];
    assert(plan !== undefined, "a plan has an order for each that was asked for");
    const seller = partyOf(facts.sellers, order.sellerId);
    const drafted = draft(order, {
      ...{ command, checkoutId, orderId: ids.order(), seller, company, delivery, plan, prepaid },
      ...{
        taxes: bench.taxes,
        market: facts,
        now: facts.now,
        levelOf: (offerId, locationId) => bench.levels.get(levelOf(offerId, locationId)),
      },
    });
    if (!drafted.ok) return drafted;
    orders.push(drafted.value);
  }
  const totals = totalCheckout(orders);
  if (!totals.ok) return refused(totals.refusal);
  const blocked = totalDiffers(command, totals.total) ?? charge(command, totals.total, bench);
  if (blocked !== undefined) return refused(blocked);

  // From here on it is accepted: what it takes is gone for the commands behind it.
  stock.commit(planned.plan);
  const checkout = {
    companyId: command.companyId,
    checkoutId,
    clientReference: command.clientReference,
    event: prepaid ? "place_prepaid" : "place",
    state: prepaid ? "pending_payment" : "confirmed",
    paymentMethod: command.paymentMethod,
    currency: command.currency,
    net: totals.net,
    tax: totals.tax,
    total: totals.total,
    placedAt: facts.now,
    placedBy: command.keyId,
    idempotencyId: command.idempotencyId,
    replaces: command.replaces,
    payBefore: prepaid ? addMillis(facts.now, rules.payWithinMillis) : null,
    snapshot: checkoutSnapshot(command, company, delivery),
  } as const;
  bench.references.set(referenceOf(command), { live: { checkoutId, state: checkout.state }, ended: null });
  const reservations = orders.flatMap(({ sellerId, orderId }, index) =>
    (planned.plan.orders[index]?.lines ?? []).flatMap(({ line, offerId, takes }) =>
      takes.map((take) => ({
        ...{ sellerId, orderId, lineNumber: line + 1, offerId, ...take },
        ...{ reservationId: ids.reservation(), movementId: ids.movement() },
      })),
    ),
  );
  return { ok: true, value: { checkout, orders, reservations, deadlines: deadlinesOf(checkout, orders, facts, rules) } };
}

/** A checkout that waits for its payment has a deadline for it, and one that does not has one for the acceptance of each order. */
function deadlinesOf(
  { companyId, checkoutId, payBefore }: PlacedCheckout["checkout"],
  orders: readonly NewOrder[],
  { now, sellers }: PlacingFacts,
  rules: PlacingRules,
): Deadline[] {
  if (payBefore !== null) return [{ organisationId: companyId, kind: paymentDeadline, subjectId: checkoutId, dueAt: payBefore }];
  return orders.map((order) =>
    acceptanceDeadline(order, { rules: rules.orders, calendar: partyOf(sellers, order.sellerId).calendar }, now),
  );
}

type Delivery = AddressFacts & { readonly name?: string };

/** Where the goods go; undefined for an address that is not the company's. */
function deliveryOf(command: PlaceCommand, company: CompanyFacts, { addresses }: PlacingFacts): Delivery | undefined {
  if (command.deliveryAddressId === null) return command.deliveryAddress ?? company.address;
  const found = addresses.get(command.deliveryAddressId);
  return found?.companyId === command.companyId ? found : undefined;
}

const unknownAddress: PlaceRefusal = {
  code: "unknown-reference",
  errors: [{ pointer: "/delivery_address_id", detail: "no such address of the company" }],
};

function agreedPricesOf({ agreedPrices }: PlacingFacts): AgreedPrices {
  const key = (companyId: string, offerId: string) => `${companyId} ${offerId}`;
  const known = Map.groupBy(agreedPrices, ({ companyId, offerId }) => key(companyId, offerId));
  return (companyId, offerId) => known.get(key(companyId, offerId)) ?? [];
}

function levelOf(offerId: string, locationId: string): string {
  return `${offerId} ${locationId}`;
}

/** The key is read again with the locks held: one that was revoked meanwhile places nothing. */
function callerRefusal({ keyId }: PlaceCommand, facts: PlacingFacts, rules: PlacingRules): PlaceRefusal | undefined {
  const role = facts.roles.get(keyId);
  if (role === undefined) return { code: "unauthenticated" };
  return rules.mayPlace(role) ? undefined : { code: "forbidden" };
}

/** One live checkout per reference; after one that ended unconfirmed the next has to name it in `replaces`. */
function referenceRefusal({ replaces }: PlaceCommand, use: ReferenceState | undefined): PlaceRefusal | undefined {
  const ended = use?.ended ?? null;
  const taken = use?.live ?? (ended?.checkoutId === replaces ? null : ended);
  if (taken !== null) return { code: "reference-taken", checkout: toWireId("chk", taken.checkoutId), state: taken.state };
  if (replaces === null || ended !== null) return undefined;
  return { code: "unknown-reference", errors: [{ pointer: "/replaces", detail: "no ended checkout of this client reference" }] };
}

function stockShort(shortages: readonly Shortage[]): PlaceRefusal {
  return {
    code: "stock-short",
    lines: shortages.map(({ line, offerId, requested, available }) => ({
      ...{ line, pointer: `/lines/${line}/quantity`, offer: toWireId("off", offerId), requested, available },
    })),
  };
}

function totalDiffers({ expectedTotal, currency }: PlaceCommand, total: MinorUnits): PlaceRefusal | undefined {
  if (expectedTotal === null || (expectedTotal.currency === currency && expectedTotal.amount === total)) return undefined;
  return { code: "total-differs", total: toWire(money(total, currency)), expected_total: toWire(expectedTotal) };
}

/** Charges the checkout's total to the company's credit account; by bank transfer there is nothing to charge. */
function charge({ companyId, currency, paymentMethod }: PlaceCommand, total: MinorUnits, bench: Bench): PlaceRefusal | undefined {
  if (paymentMethod !== "on_account") return undefined;
  const account = bench.credit.get(accountOf({ companyId, currency }));
  if (account === undefined) return { code: "no-credit-account", currency };
  if (account.closedAt !== null) return { code: "credit-account-closed", currency };
  // The limit may have been lowered below the use: then nothing is left.
  const left = account.limit > account.used ? account.limit - account.used : 0n;
  if (total > left) {
    return { code: "credit-exceeded", total: toWire(money(total, currency)), available: toWire(money(minorUnits(left), currency)) };
  }
  bench.credit.set(accountOf({ companyId, currency }), { ...account, used: account.used + total });
  return undefined;
}

function accountOf({ companyId, currency }: { companyId: string; currency: string }): string {
  return `${companyId} ${currency}`;
}

function referenceOf({ companyId, clientReference }: { companyId: string; clientReference: string }): string {
  return `${companyId} ${clientReference}`;
}

function partyOf<Id, Party>(parties: ReadonlyMap<Id, Party>, id: Id): Party {
  const party = parties.get(id);
  assert(party !== undefined, "an organisation that acts or sells has its row");
  return party;
}
