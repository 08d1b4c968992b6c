import { type Instant, toRfc3339 } from "../kernel/clock.ts";
import { type ApiKeyId, type AuditId, type BankLineId, type CompanyId, toWireId, type Uuid } from "../kernel/ids.ts";
import { type Currency, type Money, minorUnits, money } from "../kernel/money.ts";
import { Refused } from "../kernel/refusal.ts";
import { toWire } from "../kernel/wire.ts";
import { companyAccount, type LedgerAccount, type LedgerTransaction, operatorAccount, post } from "../modules/ledger/index.ts";
import {
  type AllocationRefused,
  type BankLine,
  bankLineMachine,
  type BankReferenceUsed,
  type BankTarget,
  byHand,
  changeBankLines,
  changeFunds,
  findBooking,
  type FundsShort,
  handIdentity,
  insertBankLines,
  leftOf,
  lockBankAccounts,
  lockBankLines,
  lockFunds,
  type NewBankLine,
  unallocated,
} from "../modules/payments/index.ts";
import { appendAudit } from "../platform/audit/index.ts";
import { type LockKind, MoreRowsNeeded, now, type Transaction } from "../platform/db/index.ts";
import { step } from "../platform/lifecycle/index.ts";
import { findBankLineMoney } from "../views/bank-lines.ts";
import { readKnownParties } from "../views/payment-targets.ts";
import { waitingMoney } from "./book-bank-lines.ts";
import type { Circumstances } from "./lifecycle-events.ts";

/** The rows that sending money back locks, in the global order. */
export const sendingBackLocks: readonly LockKind[] = ["bank_account", "company_funds"];

/** Who sends back, by which transfer of the bank. */
export type SendBack = Omit<Circumstances, "at"> & {
  readonly operatorId: Uuid;
  readonly keyId: ApiKeyId;
  readonly bankReference: string;
  readonly reason: string;
  readonly idempotencyId: Uuid;
};

/** The line of the transfer that goes out: recorded now by hand, or told already by a statement and waiting. */
type Outgoing = { readonly lineId: BankLineId; readonly standing: BankLine | undefined };

/**
 * Records that what waits of a line was sent back whence it came, by a transfer with this reference of the bank. The bank's statement will
 * tell that transfer, or has told it.
 *
 * Locks: bank account (and the lines).
 *
 * @returns undefined when there is no such line
 * @throws Refused state-conflict, bank-reference-used, allocation-refused for a line that went out itself
 */
export async function sendLineBack(
  tx: Transaction,
  command: SendBack & { readonly lineId: BankLineId; readonly checkVersion: (version: number) => void },
): Promise<BankLineId | undefined> {
  const { lineId } = command;
  const facts = await findBankLineMoney(tx, lineId);
  if (facts === undefined) return undefined;
  await lockBankAccounts(tx, [{ account: byHand, currency: facts.currency }]);
  const booking = await findOutgoing(tx, command, money(minorUnits(facts.amount - facts.allocated), facts.currency));
  const lines = await lockBankLines(tx, [lineId, ...(booking === undefined ? [] : [booking])]);
  const line = lines.find((each) => each.lineId === lineId);
  if (line === undefined) return undefined;
  const at = await now(tx);
  command.checkVersion(line.version);
  const state = step(bankLineMachine, line.state, "send_back");
  const amount = unallocated(line);
  if (line.direction === "debit") {
    throw new Refused<AllocationRefused>({ code: "allocation-refused", errors: [{ pointer: "", reason: "outgoing_to_company_alone" }] });
  }
  // Somebody has assigned a part of it meanwhile: another transfer may be the one that is meant.
  if (amount !== facts.amount - facts.allocated) throw new MoreRowsNeeded("the line as it is now");
  const outgoing = outgoingOf(
    command,
    at,
    lines.find((each) => each.lineId === booking),
    money(minorUnits(amount), line.currency),
  );
  await writeOutgoing(tx, command, at, outgoing, money(minorUnits(amount), line.currency), { kind: "receipt", lineId });
  const sent = {
    lineId,
    number: line.allocations + 1,
    target: { kind: "sent_back", lineId: outgoing.lineId },
    amount,
    undoes: null,
  } as const;
  await changeBankLines(tx, [{ line, state, reason: line.reason, allocations: [sent] }], { keyId: command.keyId, at });
  await post(
    tx,
    [
      ...(outgoing.standing === undefined ? [wentOut(outgoing.lineId, amount, line.currency)] : []),
      {
        ...{ kind: "unmatched_sent_back", businessKey: `${lineId}:${sent.number}`, currency: line.currency, cause: "sent_back" },
        record: { type: "bankLine", id: lineId },
        transfers: [{ debit: waitingMoney(lineId), credit: waitingMoney(outgoing.lineId), amount }],
      },
    ],
    { ...command, at, actor: { kind: "operator", id: command.keyId } },
  );
  await audit(tx, command, at, {
    ...{ action: "bank_line.sent_back", subjectType: "bankLine", subjectId: lineId },
    after: { state, sent: toWire(money(minorUnits(amount), line.currency)), by: toWireId("bnl", outgoing.lineId) },
  });
  return lineId;
}

/**
 * Records that free funds of a company were sent to it, by a transfer with this reference of the bank.
 *
 * Locks: bank account (and the line), company funds.
 *
 * @returns undefined when there is no such company, else the line of the transfer
 * @throws Refused funds-short, bank-reference-used
 */
export async function sendFundsBack(
  tx: Transaction,
  command: SendBack & { readonly companyId: CompanyId; readonly amount: Money },
): Promise<BankLineId | undefined> {
  const { companyId, amount: asked } = command;
  const { amount, currency } = asked;
  if (!(await readKnownParties(tx, { companyIds: [companyId], sellerIds: [] })).has(companyId)) return undefined;
  await lockBankAccounts(tx, [{ account: byHand, currency }]);
  const booking = await findOutgoing(tx, command, asked);
  const [standing] = await lockBankLines(tx, booking === undefined ? [] : [booking]);
  const key = { companyId, checkoutId: null, currency };
  const [funds] = await lockFunds(tx, [key]);
  const at = await now(tx);
  const available = funds === undefined ? 0n : leftOf(funds);
  if (available < amount) {
    throw new Refused<FundsShort>({ code: "funds-short", available: toWire(money(minorUnits(available), currency)), asked: toWire(asked) });
  }
  const outgoing = outgoingOf(command, at, standing, asked);
  await writeOutgoing(tx, command, at, outgoing, asked, { kind: "company", companyId });
  await changeFunds(tx, [{ ...key, used: amount }]);
  await post(
    tx,
    [
      {
        ...{ kind: "funds_sent_back", businessKey: outgoing.lineId, currency, cause: "sent_back" },
        record: { type: "bankLine", id: outgoing.lineId },
        transfers: [{ debit: companyAccount("customer_funds", companyId), credit: accountOf(outgoing), amount }],
      },
    ],
    { ...command, at, actor: { kind: "operator", id: command.keyId } },
  );
  await audit(tx, command, at, {
    ...{ action: "funds.sent_back", subjectType: "company", subjectId: companyId },
    after: { sent: toWire(asked), by: toWireId("bnl", outgoing.lineId) },
  });
  return outgoing.lineId;
}

/**
 * The transfer, where a statement has told it already and it waits whole.
 *
 * @throws Refused bank-reference-used for one that was recorded, or taken for something else
 */
async function findOutgoing(tx: Transaction, { bankReference }: SendBack, { amount, currency }: Money): Promise<BankLineId | undefined> {
  const known = await findBooking(tx, { direction: "debit", amount, currency, bankReference });
  if (known === undefined) return undefined;
  if (!known.told || known.state !== "unmatched") refuseUsed(bankReference);
  return known.lineId;
}

function outgoingOf({ newId, bankReference }: SendBack, at: Instant, standing: BankLine | undefined, { amount }: Money): Outgoing {
  if (standing === undefined) return { lineId: newId<BankLineId>(at), standing };
  if (standing.state !== "unmatched" || unallocated(standing) !== amount) refuseUsed(bankReference);
  return { lineId: standing.lineId, standing };
}

function refuseUsed(bankReference: string): never {
  throw new Refused<BankReferenceUsed>({ code: "bank-reference-used", bank_reference: bankReference });
}

/** Where the money goes: out of the bank, or, when the bank has told that it is gone, against what waits for its reason. */
function accountOf({ lineId, standing }: Outgoing): LedgerAccount {
  return standing === undefined ? operatorAccount("bank") : waitingMoney(lineId);
}

/** The transfer left the bank: booked on its own line, as when a statement had told it first. */
function wentOut(lineId: BankLineId, amount: bigint, currency: Currency): LedgerTransaction {
  return {
    ...{ kind: "receipt_undone", businessKey: lineId, currency, cause: "sent_back", record: { type: "bankLine", id: lineId } },
    transfers: [{ debit: waitingMoney(lineId), credit: operatorAccount("bank"), amount }],
  };
}

async function writeOutgoing(
  tx: Transaction,
  { keyId, idempotencyId, bankReference }: SendBack,
  at: Instant,
  { lineId, standing }: Outgoing,
  { amount, currency }: { readonly amount: bigint; readonly currency: Currency },
  target: BankTarget,
): Promise<void> {
  const by = { keyId, idempotencyId, at };
  if (standing !== undefined) {
    const allocation = { lineId, number: standing.allocations + 1, target, amount, undoes: null };
    const state = step(bankLineMachine, standing.state, "assign");
    await changeBankLines(tx, [{ line: standing, state, reason: standing.reason, allocations: [allocation] }], by);
    return;
  }
  const line: NewBankLine = {
    ...{ lineId, identity: handIdentity("debit", bankReference), statementId: null, account: byHand, direction: "debit", amount, currency },
    ...{ bookedOn: toRfc3339(at).slice(0, 10), valueOn: null, bankReference, transactionReference: null, endToEndId: null },
    ...{ counterparty: { name: null, iban: null }, texts: [], isReturn: false, state: "matched", reason: null, recordedLine: null },
  };
  await insertBankLines(tx, [line], [{ lineId, number: 1, target, amount, undoes: null }], by);
}

type Done = Pick<Parameters<typeof appendAudit>[1][number], "action" | "subjectType" | "subjectId" | "after">;

async function audit(
  tx: Transaction,
  { newId, operatorId, keyId, requestId, idempotencyId, reason }: SendBack,
  at: Instant,
  done: Done,
): Promise<void> {
  await appendAudit(tx, [
    { ...done, auditId: newId<AuditId>(at), at, organisationId: operatorId, principalId: keyId, reason, requestId, idempotencyId },
  ]);
}
