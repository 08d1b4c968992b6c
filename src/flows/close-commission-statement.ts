import type { Actor } from "../kernel/actor.ts";
import { assert } from "../kernel/assert.ts";
import { toRfc3339 } from "../kernel/clock.ts";
import { type CommissionInvoiceId, type CommissionStatementId, toWireId } from "../kernel/ids.ts";
import { minorUnits } from "../kernel/money.ts";
import { Refused } from "../kernel/refusal.ts";
import { toWire } from "../kernel/wire.ts";
import {
  closeStatement,
  type CommissionStatement,
  type CommissionStatementClosed,
  type CommissionStatementEmpty,
  lockStatement,
  shownStatement,
} from "../modules/commissions/index.ts";
import {
  commissionDraft,
  type CommissionParty,
  numberText,
  placedDocument,
  takeNumbers,
  writeDocuments,
} from "../modules/invoices/index.ts";
import { appendAudit, auditEntry } from "../platform/audit/index.ts";
import { type LockKind, now, type Transaction } from "../platform/db/index.ts";
import { appendEvents, newEvent } from "../platform/outbox/index.ts";
import { type CommissionInvoiceFacts, readCommissionInvoiceFacts } from "../views/commission-statements.ts";

/** The rows that closing a statement locks, in the global order. */
export const closingLocks: readonly LockKind[] = ["seller_balance", "document_series"];

/**
 * Closes a commission statement with its commission invoice, which carries exactly its net and tax; the next charge opens another one.
 * Nothing is booked: commission and tax were, with each invoice.
 *
 * Locks: seller balance, document series.
 *
 * @returns undefined when there is no such statement
 * @throws Refused commission-statement-closed, commission-statement-empty when its net is not above zero
 */
export async function closeCommissionStatement(
  tx: Transaction,
  means: Omit<Actor, "now">,
  statementId: CommissionStatementId,
): Promise<CommissionStatement | undefined> {
  const statement = await lockStatement(tx, statementId);
  if (statement === undefined) return undefined;
  refuseUnlessInvoiceable(statement);
  const facts = await readCommissionInvoiceFacts(tx, statement);
  assert(facts !== undefined, "what was charged has entries, and its operator a profile");
  const at = await now(tx);
  const commissionInvoiceId = means.newId<CommissionInvoiceId>(at);
  const closed = { ...statement, closedAt: await issue(tx, statement, facts, commissionInvoiceId), commissionInvoiceId };
  await closeStatement(tx, statement, closed);
  await record(tx, { ...means, now: closed.closedAt }, statement, closed);
  return closed;
}

function refuseUnlessInvoiceable({ closedAt, net, currency }: CommissionStatement): void {
  if (closedAt !== null)
    throw new Refused<CommissionStatementClosed>({ code: "commission-statement-closed", closed_at: toRfc3339(closedAt) });
  if (net > 0n) return;
  throw new Refused<CommissionStatementEmpty>({ code: "commission-statement-empty", net: toWire({ amount: minorUnits(net), currency }) });
}

/** Issues the invoice, and says when. */
async function issue(
  tx: Transaction,
  statement: CommissionStatement,
  facts: CommissionInvoiceFacts,
  commissionInvoiceId: CommissionInvoiceId,
): Promise<CommissionStatement["openedAt"]> {
  const { documents, first_on: from, last_on: until, operator_id: issuerId, time_zone: timeZone } = facts;
  assert(from !== null && until !== null, "what is above zero was charged on some day");
  const parties = { operator: operatorOf(facts), seller: sellerOf(statement, facts) };
  const draft = commissionDraft({ ...statement, documents, from, until }, parties);
  const [taken] = await takeNumbers(tx, [{ issuerId, type: "commission_invoice", count: 1, timeZone }]);
  assert(taken !== undefined, "a number was taken");
  const document = placedDocument(draft, {
    id: toWireId("cin", commissionInvoiceId),
    number: numberText(facts.series_prefix, "commission_invoice", taken.year, taken.first),
    ...{ issuedOn: taken.issuedOn, dueDays: 0 },
  });
  const written = { issuerId, documentId: commissionInvoiceId, recipientId: statement.sellerId, document };
  await writeDocuments(tx, [{ ...written, year: taken.year, number: taken.first, issuedAt: taken.at }]);
  return taken.at;
}

function operatorOf(facts: CommissionInvoiceFacts): CommissionParty {
  return {
    ...{ id: toWireId("opr", facts.operator_id), name: facts.operator_name, tax_number: facts.operator_tax_number },
    registration_number: facts.operator_registration,
    address: {
      ...{ name: null, street: facts.operator_street, city: facts.operator_city },
      ...{ postal_code: facts.operator_postal_code, country: facts.operator_country },
    },
  };
}

function sellerOf({ sellerId }: CommissionStatement, facts: CommissionInvoiceFacts): CommissionParty {
  return {
    ...{ id: toWireId("sel", sellerId), name: facts.seller_name, tax_number: facts.seller_tax_number },
    registration_number: facts.seller_registration,
    address: {
      ...{ name: null, street: facts.seller_street, city: facts.seller_city },
      ...{ postal_code: facts.seller_postal_code, country: facts.seller_country },
    },
  };
}

/** It is the one event of the statement, so its version is the first. */
async function record(tx: Transaction, actor: Actor, before: CommissionStatement, after: CommissionStatement): Promise<void> {
  const { sellerId, statementId } = after;
  const subject = { subjectType: "commissionStatement", subjectId: statementId } as const;
  const [was, is] = [shownStatement(before), shownStatement(after)];
  const fact = { organisationId: sellerId, ...subject, subjectVersion: 1, type: "commission_statement.closed", data: is };
  await appendEvents(tx, [newEvent(actor, fact, [sellerId])]);
  await appendAudit(tx, [auditEntry(actor, { action: "commission_statement.closed", ...subject, before: was, after: is })]);
}
