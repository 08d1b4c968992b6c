import type { CompanyId, IdSource } from "../../kernel/ids.ts";
import type { Instant } from "../../kernel/clock.ts";
import { insertCheckouts, readReferenceUses } from "../../modules/checkouts/index.ts";
import { changeCredit, type CreditAccountFacts, heldCreditAccounts, lockCreditAccounts } from "../../modules/companies/index.ts";
import { lockLevelsOfOffers, obtainableOffers, reserve } from "../../modules/inventory/index.ts";
import { insertOrders } from "../../modules/orders/index.ts";
import { setDeadlinesStatement } from "../../platform/jobs/index.ts";
import { appendEventsStatement } from "../../platform/outbox/index.ts";
import type { LockKind, Statement, Transaction } from "../../platform/db/index.ts";
import { readPlacingFacts } from "../../views/read-placing-facts.ts";
import type { NewIds, PlaceCommand, PlacedCheckout, PlaceOutcome } from "./command.ts";
import { judge, type PlacingRules } from "./judge.ts";
import { placedEvents } from "./placed-events.ts";

/** The rows a batch locks, in the global order; keys and client references are claimed before, by advisory locks. */
export const placingLocks: readonly LockKind[] = ["stock_level", "credit_account"];

export type PlacingMeans = { readonly rules: PlacingRules; readonly newId: IdSource };

/** The outcomes in the order of the commands, when they were decided, and the writes that make the accepted ones true. */
export type Judgement = {
  readonly outcomes: readonly PlaceOutcome[];
  readonly decidedAt: Instant;
  readonly writes: readonly Statement[];
};

/** The text whose advisory lock guards a client reference while it is claimed: the loser is told at once instead of waiting at the index. */
export function referenceLock({ companyId, clientReference }: Pick<PlaceCommand, "companyId" | "clientReference">): string {
  return `client_reference ${companyId} ${clientReference}`;
}

/**
 * Places a batch: locks the stock levels and credit accounts of all its commands, reads the facts once, judges the commands in order of
 * arrival and gives the statements that write what was accepted. They are sent by the caller together with the stored answers and the
 * commit. The number of statements does not depend on the number of commands. Keys and references are claimed already.
 */
export async function placeCheckouts(
  tx: Transaction,
  commands: readonly PlaceCommand[],
  { rules, newId }: PlacingMeans,
): Promise<Judgement> {
  const offerIds = distinct(commands.flatMap(({ lines }) => lines.map(({ offerId }) => offerId)));
  const [references, levels, credit] = await Promise.all([
    readReferenceUses(tx, commands),
    lockLevelsOfOffers(tx, offerIds),
    lockCreditAccounts(tx, chargedAccounts(commands)),
  ]);
  const facts = await readPlacingFacts(tx, {
    offerIds,
    companyIds: distinct(commands.map(({ companyId }) => companyId)),
    keyIds: distinct(commands.map(({ keyId }) => keyId)),
    addressIds: distinct(commands.flatMap(({ deliveryAddressId }) => (deliveryAddressId === null ? [] : [deliveryAddressId]))),
    countries: distinct(levels.map(({ country }) => country)),
  });
  const outcomes = judge(commands, { facts, levels, credit, references }, rules, idsAt(newId, facts.now));
  return { outcomes, decidedAt: facts.now, writes: writesOf(commands, outcomes, facts.now, newId) };
}

/**
 * Of a batch whose locks could not be had in time: the commands whose rows can all be had now. They stay locked; the others wait for
 * somebody else's rows and go back to the queue.
 */
export async function obtainableCommands(tx: Transaction, commands: readonly PlaceCommand[]): Promise<boolean[]> {
  const offerIds = distinct(commands.flatMap(({ lines }) => lines.map(({ offerId }) => offerId)));
  const offers = await obtainableOffers(tx, offerIds);
  const held = new Set((await heldCreditAccounts(tx, chargedAccounts(commands))).map(accountKey));
  return commands.map(
    (command) =>
      command.lines.every(({ offerId }) => offers.has(offerId)) &&
      (command.paymentMethod !== "on_account" || !held.has(accountKey(command))),
  );
}

function writesOf(commands: readonly PlaceCommand[], outcomes: readonly PlaceOutcome[], at: Instant, newId: IdSource): Statement[] {
  const accepted = commands.flatMap((command, index) => {
    const outcome = outcomes[index];
    return outcome?.accepted === true ? [{ command, placed: outcome.placed }] : [];
  });
  if (accepted.length === 0) return [];
  const placed = accepted.map((each) => each.placed);
  return [
    insertCheckouts(placed.map(({ checkout }) => checkout)),
    insertOrders(
      placed.flatMap(({ checkout, orders }) =>
        orders.map((order) => ({ ...order, placing: { actorId: checkout.placedBy, idempotencyId: checkout.idempotencyId } })),
      ),
    ),
    reserve(
      placed.flatMap(({ reservations }) => reservations),
      at,
    ),
    ...charging(placed),
    setDeadlinesStatement(placed.flatMap(({ deadlines }) => deadlines)),
    appendEventsStatement(accepted.flatMap(({ command, placed: each }) => placedEvents(each, command, () => newId(at)))),
  ];
}

/** The charges of a batch, if anything in it is on account. */
function charging(placed: readonly PlacedCheckout[]): Statement[] {
  const charges = chargesOf(placed);
  return charges.length === 0 ? [] : [changeCredit(charges)];
}

/** One charge an account, summed over the batch. */
function chargesOf(
  placed: readonly PlacedCheckout[],
): { companyId: CompanyId; currency: CreditAccountFacts["currency"]; amount: bigint }[] {
  const onAccount = placed.map(({ checkout }) => checkout).filter(({ paymentMethod }) => paymentMethod === "on_account");
  return [...Map.groupBy(onAccount, accountKey).values()].flatMap((checkouts) =>
    checkouts
      .slice(0, 1)
      .map(({ companyId, currency }) => ({ companyId, currency, amount: checkouts.reduce((sum, { total }) => sum + total, 0n) })),
  );
}

function chargedAccounts(commands: readonly PlaceCommand[]): Pick<CreditAccountFacts, "companyId" | "currency">[] {
  const onAccount = commands.filter(({ paymentMethod }) => paymentMethod === "on_account");
  return [...new Map(onAccount.map(({ companyId, currency }) => [accountKey({ companyId, currency }), { companyId, currency }])).values()];
}

function accountKey({ companyId, currency }: Pick<CreditAccountFacts, "companyId" | "currency">): string {
  return `${companyId} ${currency}`;
}

function idsAt(newId: IdSource, at: Instant): NewIds {
  return { checkout: () => newId(at), order: () => newId(at), reservation: () => newId(at), movement: () => newId(at) };
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
