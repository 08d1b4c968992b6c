import type { ApiKeyId, AuditId, BankLineId, CheckoutId, CompanyId, InvoiceId, SellerId, Uuid } from "../kernel/ids.ts";
import { type Money, minorUnits, money } from "../kernel/money.ts";
import { Refused } from "../kernel/refusal.ts";
import { toWire } from "../kernel/wire.ts";
import { openOf } from "../modules/invoices/index.ts";
import { companyAccount, type LedgerTransaction, post } from "../modules/ledger/index.ts";
import {
  type AllocationReason,
  type AllocationRefused,
  type BankAllocation,
  type BankLine,
  bankLineMachine,
  changeBankLines,
  changeFunds,
  type FundsKey,
  fundsName,
  type FundsShort,
  leftOf,
  lockBankLines,
  unallocated,
} from "../modules/payments/index.ts";
import { appendAudit } from "../platform/audit/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { step } from "../platform/lifecycle/index.ts";
import { readKnownParties } from "../views/payment-targets.ts";
import { bankLocks, type BankMeans, bookParts, type HeldRows, lockWanted, type Part, stillDue, waitingMoney } from "./book-bank-lines.ts";

/** The rows that assigning a line locks, in the global order. */
export const assigningLocks = bankLocks;

/** For what the operator says money of a line is; `pointer` says where in the request it stands. */
export type AskedPart = { readonly pointer: string; readonly amount: Money } & (
  | { readonly kind: "invoice"; readonly id: InvoiceId }
  | { readonly kind: "checkout"; readonly id: CheckoutId }
  | { readonly kind: "company"; readonly id: CompanyId }
  | { readonly kind: "seller"; readonly id: SellerId }
);

/** Which line the operator assigns, to what. */
export type AssignBankLine = Omit<BankMeans, "at" | "actor" | "cause"> & {
  readonly lineId: BankLineId;
  readonly operatorId: Uuid;
  readonly keyId: ApiKeyId;
  readonly parts: readonly AskedPart[];
  readonly reason: string;
  readonly idempotencyId: Uuid;
  /** Judges the caller's `If-Match` on the locked row. */
  readonly checkVersion: (version: number) => void;
  /** Tells that the body names something that is not there. */
  readonly refuseUnknown: (pointers: readonly string[]) => never;
};

/**
 * Assigns what waits of a line: to invoices, a checkout that waits for its money, a company's free funds, or a seller that repays. Of a line
 * that went out, a company's free funds are what was sent. What is left of it goes on waiting.
 *
 * Locks: bank account (the line), checkout, order, credit account, company funds, invoice, deadline.
 *
 * @returns undefined when there is no such line
 * @throws Refused state-conflict, funds-short, allocation-refused, and what `refuseUnknown` says
 */
export async function assignBankLine(tx: Transaction, command: AssignBankLine): Promise<BankLine | undefined> {
  const { lineId, keyId, idempotencyId, parts } = command;
  const [line] = await lockBankLines(tx, [lineId]);
  if (line === undefined) return undefined;
  const { held, known } = await lockAsked(tx, line, parts);
  const at = await now(tx);
  command.checkVersion(line.version);
  const assigned = step(bankLineMachine, line.state, "assign");
  judge(line, parts, held, known, command);
  const left = unallocated(line) - parts.reduce((sum, { amount }) => sum + amount.amount, 0n);
  const state = left === 0n ? assigned : line.state;
  const means = { ...command, at, actor: { kind: "operator", id: keyId }, cause: "bank_line_assigned" } as const;
  const by = { keyId, idempotencyId, at };
  const { allocations, transactions } =
    line.direction === "credit" ? await assignCredit(tx, line, parts, held, means) : await assignDebit(tx, line, parts);
  await changeBankLines(tx, [{ line, state, reason: line.reason, allocations }], by);
  await post(tx, transactions, means);
  await appendAudit(tx, [
    {
      ...{ auditId: command.newId<AuditId>(at), at, organisationId: command.operatorId, principalId: keyId },
      ...{ action: "bank_line.assigned", subjectType: "bankLine", subjectId: lineId, reason: command.reason },
      before: { state: line.state, allocated: toWire(money(minorUnits(line.allocated), line.currency)) },
      after: { state, left: toWire(money(minorUnits(left), line.currency)), to: parts.map(({ kind, id }) => `${kind} ${id}`) },
      ...{ requestId: command.requestId, idempotencyId },
    },
  ]);
  return line;
}

type Known = { readonly parties: ReadonlySet<string> };

async function lockAsked(
  tx: Transaction,
  { currency }: BankLine,
  parts: readonly AskedPart[],
): Promise<{ readonly held: HeldRows; readonly known: Known }> {
  const idsOf = <K extends AskedPart["kind"]>(kind: K) =>
    parts.flatMap((part) => (part.kind === kind ? [part.id as Extract<AskedPart, { kind: K }>["id"]] : []));
  const companyIds = idsOf("company");
  const parties = await readKnownParties(tx, { companyIds, sellerIds: idsOf("seller") });
  const funds = companyIds.filter((id) => parties.has(id)).map((companyId): FundsKey => ({ companyId, checkoutId: null, currency }));
  const held = await lockWanted(tx, { invoiceIds: idsOf("invoice"), checkoutIds: idsOf("checkout"), funds });
  return { held, known: { parties } };
}

/** @throws Refused funds-short, allocation-refused, and what `refuseUnknown` says */
function judge(line: BankLine, parts: readonly AskedPart[], held: HeldRows, { parties }: Known, { refuseUnknown }: AssignBankLine): void {
  const unknown = parts.filter(({ kind, id }) => !isThere(kind, id, held, parties)).map(({ pointer }) => pointer);
  if (unknown.length > 0) refuseUnknown(unknown);
  const seen = new Set<string>();
  const errors = parts.flatMap((part) => {
    const reason = seen.has(part.id) ? "twice" : reasonAgainst(line, part, held);
    seen.add(part.id);
    return reason === undefined ? [] : [{ pointer: part.pointer, reason }];
  });
  if (errors.length > 0) throw new Refused<AllocationRefused>({ code: "allocation-refused", errors });
  const asked = parts.reduce((sum, { amount }) => sum + amount.amount, 0n);
  if (asked > unallocated(line)) {
    const wire = (amount: bigint) => toWire(money(minorUnits(amount), line.currency));
    throw new Refused<FundsShort>({ code: "funds-short", available: wire(unallocated(line)), asked: wire(asked) });
  }
}

function isThere(kind: AskedPart["kind"], id: string, { invoices, checkouts }: HeldRows, parties: ReadonlySet<string>): boolean {
  if (kind === "invoice") return invoices.has(id as InvoiceId);
  return kind === "checkout" ? checkouts.has(id as CheckoutId) : parties.has(id);
}

function reasonAgainst(line: BankLine, part: AskedPart, held: HeldRows): AllocationReason | undefined {
  const { amount } = part;
  if (amount.currency !== line.currency) return "currency_differs";
  if (line.direction === "debit") {
    if (part.kind !== "company") return "outgoing_to_company_alone";
    const funds = held.funds.get(fundsName({ companyId: part.id, checkoutId: null, currency: line.currency }));
    return funds === undefined || leftOf(funds) < amount.amount ? "funds_short" : undefined;
  }
  if (part.kind === "invoice") {
    const invoice = held.invoices.get(part.id);
    if (invoice === undefined || invoice.currency !== line.currency) return "currency_differs";
    return openOf(invoice) < amount.amount ? "more_than_open" : undefined;
  }
  if (part.kind !== "checkout") return undefined;
  const checkout = held.checkouts.get(part.id)?.checkout;
  if (checkout === undefined || checkout.currency !== line.currency) return "currency_differs";
  if (checkout.state !== "pending_payment") return "checkout_not_waiting";
  return stillDue(checkout, held) < amount.amount ? "more_than_open" : undefined;
}

type Assigned = { readonly allocations: readonly BankAllocation[]; readonly transactions: readonly LedgerTransaction[] };

async function assignCredit(
  tx: Transaction,
  line: BankLine,
  asked: readonly AskedPart[],
  held: HeldRows,
  means: BankMeans,
): Promise<Assigned> {
  const { lineId, currency, allocations } = line;
  const parts = asked.map((part) => partOf(part, held));
  const booked = await bookParts(tx, [{ lineId, currency, allocations, parts }], held, () => waitingMoney(lineId), means);
  return {
    allocations: booked.allocations.get(lineId) ?? [],
    transactions: [assignedMoney(line, booked.transfers.get(lineId) ?? []), ...booked.roundings],
  };
}

function partOf({ kind, id, amount: { amount } }: AskedPart, held: HeldRows): Part {
  switch (kind) {
    case "invoice":
      return { kind, invoiceId: id, amount };
    case "checkout": {
      const companyId = held.checkouts.get(id)?.checkout.companyId;
      if (companyId === undefined) throw new Error("a checkout that gets money is locked");
      return { kind, checkoutId: id, companyId, amount };
    }
    case "company":
      return { kind, companyId: id, amount };
    case "seller":
      return { kind, sellerId: id, amount };
  }
}

/** What went out was a company's free money. */
async function assignDebit(tx: Transaction, line: BankLine, asked: readonly AskedPart[]): Promise<Assigned> {
  const { lineId, currency } = line;
  const sent = asked.flatMap(({ kind, id, amount: { amount } }) => (kind === "company" ? [{ companyId: id, amount }] : []));
  await changeFunds(
    tx,
    sent.map(({ companyId, amount }) => ({ companyId, checkoutId: null, currency, used: amount })),
  );
  return {
    allocations: sent.map(({ companyId, amount }, index) => ({
      ...{ lineId, number: line.allocations + index + 1, target: { kind: "company", companyId }, amount, undoes: null },
    })),
    transactions: [
      assignedMoney(
        line,
        sent.map(({ companyId, amount }) => ({
          ...{ debit: companyAccount("customer_funds", companyId), credit: waitingMoney(lineId), amount },
        })),
      ),
    ],
  };
}

function assignedMoney({ lineId, currency, allocations }: BankLine, transfers: LedgerTransaction["transfers"]): LedgerTransaction {
  return {
    ...{ kind: "unmatched_assigned", businessKey: `${lineId}:${allocations + 1}`, currency, cause: "assigned" },
    ...{ record: { type: "bankLine", id: lineId }, transfers },
  };
}
