import { type ApiKeyId, type AuditId, type CompanyId, type InvoiceId, toWireId, type Uuid } from "../kernel/ids.ts";
import { type Currency, minorUnits, money } from "../kernel/money.ts";
import { toWire } from "../kernel/wire.ts";
import { openOf } from "../modules/invoices/index.ts";
import { companyAccount, type LedgerTransaction, post } from "../modules/ledger/index.ts";
import { changeFunds, leftOf, readFunds } from "../modules/payments/index.ts";
import { appendAudit } from "../platform/audit/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { readKnownParties, readOpenInvoices } from "../views/payment-targets.ts";
import type { Circumstances } from "./lifecycle-events.ts";
import { lockForSettling, receivableOf, releaseTransfer, type Settled, settleInvoices, settlingLocks } from "./settle-invoices.ts";

/** The rows that applying funds locks, in the global order. */
export const applyingLocks = settlingLocks;

/** How many invoices one application settles at most. */
const mostInvoices = 1_000;

/** Whose free funds settle its invoices. */
export type ApplyFunds = Omit<Circumstances, "at"> & {
  readonly companyId: CompanyId;
  readonly currency: Currency;
  readonly operatorId: Uuid;
  readonly keyId: ApiKeyId;
  readonly idempotencyId: Uuid;
};

/** What free funds settled, in minor units, and what is left of them. */
export type AppliedFunds = {
  readonly left: bigint;
  readonly invoices: readonly { readonly invoiceId: InvoiceId; readonly numberText: string; readonly amount: bigint }[];
};

/**
 * Settles a company's open invoices with its free funds, the oldest due first, as far as these go. What is open is read first and decided
 * on when it is locked; an invoice that was issued meanwhile waits for the next time.
 *
 * Locks: credit account, company funds, invoice, deadline.
 *
 * @returns undefined when there is no such company
 */
export async function applyFunds(tx: Transaction, command: ApplyFunds): Promise<AppliedFunds | undefined> {
  const { companyId, currency, keyId, idempotencyId, newId } = command;
  if (!(await readKnownParties(tx, { companyIds: [companyId], sellerIds: [] })).has(companyId)) return undefined;
  const found = await readOpenInvoices(tx, companyId, currency, mostInvoices);
  const key = { companyId, checkoutId: null, currency };
  const locked = await lockForSettling(
    tx,
    found.map(({ invoiceId }) => invoiceId),
    [key],
  );
  const [funds] = await readFunds(tx, [key]);
  const at = await now(tx);
  let left = funds === undefined ? 0n : leftOf(funds);
  const byId = new Map(locked.map((invoice) => [invoice.invoiceId, invoice]));
  const settlings = found.flatMap(({ invoiceId }) => {
    const invoice = byId.get(invoiceId);
    const open = invoice === undefined ? 0n : openOf(invoice);
    const amount = open < left ? open : left;
    if (invoice === undefined || amount === 0n) return [];
    left -= amount;
    return [{ invoice, source: "customer_funds" as const, sourceId: companyId, amount }];
  });
  const means = { ...command, at, actor: { kind: "operator", id: keyId }, cause: "funds_applied" } as const;
  const settled = await settleInvoices(tx, settlings, means);
  const used = settled.reduce((sum, { settlement }) => sum + settlement.amount, 0n);
  await changeFunds(tx, [{ ...key, used }]);
  await post(tx, settled.map(settledByFunds), means);
  const invoices = settled.map(({ invoice: { invoiceId, numberText }, settlement: { amount } }) => ({ invoiceId, numberText, amount }));
  await appendAudit(tx, [
    {
      ...{ auditId: newId<AuditId>(at), at, organisationId: command.operatorId, principalId: keyId, action: "funds.applied" },
      ...{ subjectType: "company", subjectId: companyId, requestId: command.requestId, idempotencyId },
      after: {
        applied: toWire(money(minorUnits(used), currency)),
        left: toWire(money(minorUnits(left), currency)),
        invoices: invoices.map(({ invoiceId }) => toWireId("inv", invoiceId)),
      },
    },
  ]);
  return { left, invoices };
}

function settledByFunds(settled: Settled): LedgerTransaction {
  const { invoice, settlement } = settled;
  return {
    ...{
      kind: "funds_settled",
      businessKey: `${invoice.invoiceId}:${settlement.number}`,
      currency: invoice.currency,
      cause: "funds_applied",
    },
    record: { type: "invoice", id: invoice.invoiceId },
    transfers: [
      { debit: companyAccount("customer_funds", invoice.companyId), credit: receivableOf(invoice), amount: settlement.amount },
      releaseTransfer(settled),
    ],
  };
}
