import { toRfc3339 } from "../../kernel/clock.ts";
import type { Instant } from "../../kernel/clock.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { CommissionInvoiceId, CommissionStatementId, CreditNoteId, InvoiceId, SellerId } from "../../kernel/ids.ts";
import { assert } from "../../kernel/assert.ts";
import { applyRate, cumulativeTax, minorUnits, withinWire } from "../../kernel/money.ts";
import type { Currency, MinorUnits } from "../../kernel/money.ts";
import { toWire } from "../../kernel/wire.ts";
import type { CommissionTax } from "./commission.ts";

/** Charged with an invoice and reversed with a credit note; given back with a write-off, and charged again when that is undone. */
export const commissionEntryKinds = ["charged", "reversed", "written_off", "write_off_undone"] as const;
export type CommissionEntryKind = (typeof commissionEntryKinds)[number];

const lowers: ReadonlySet<CommissionEntryKind> = new Set(["reversed", "written_off"]);

/** A seller, a currency and a tax: what one statement is about. */
export type StatementKey = {
  readonly sellerId: SellerId;
  readonly currency: Currency;
  readonly taxCode: CommissionTax["code"];
  readonly taxRatePpm: number;
};

/**
 * What was charged to a seller at one rate of tax until it is invoiced. Amounts in minor units, below zero when more was given back than
 * charged; the tax is R(net × rate), rounded half up away from zero.
 */
export type CommissionStatement = StatementKey & {
  readonly statementId: CommissionStatementId;
  readonly exemptionCode: string | null;
  readonly exemptionText: string | null;
  readonly net: bigint;
  readonly tax: bigint;
  readonly entries: number;
  readonly openedAt: Instant;
  /** When its commission invoice was issued; null while it is open. */
  readonly closedAt: Instant | null;
  readonly commissionInvoiceId: CommissionInvoiceId | null;
};

/** Commission without tax that a document charges or gives back, in minor units and never negative; `kind` says which. */
export type CommissionCharge = StatementKey & {
  readonly exemptionCode: string | null;
  readonly exemptionText: string | null;
  readonly documentId: InvoiceId | CreditNoteId;
  readonly kind: CommissionEntryKind;
  /** Which of several of this kind by this document it is; the first unless told. */
  readonly occurrence?: number;
  readonly amount: bigint;
};

/** What a charge came to, both never negative: charged or given back, as its kind says. */
export type ChargedCommission = { readonly net: MinorUnits; readonly tax: MinorUnits };

/** One row of a statement. Net and tax are below zero for what is given back. */
export type CommissionEntry = {
  readonly sellerId: SellerId;
  readonly statementId: CommissionStatementId;
  readonly number: number;
  readonly kind: CommissionEntryKind;
  readonly documentId: InvoiceId | CreditNoteId;
  readonly occurrence: number;
  readonly net: bigint;
  readonly tax: bigint;
  readonly netAfter: bigint;
  readonly taxRatePpm: number;
};

/** A key as one text. */
export function statementName({ sellerId, currency, taxCode, taxRatePpm }: StatementKey): string {
  return `${sellerId} ${currency} ${taxCode} ${taxRatePpm}`;
}

/**
 * Appends charges to an open statement, in their order. The tax of each is what the tax of the statement's net rises or falls by, so the
 * statement's is exactly that of its net whatever came and went.
 *
 * @throws AssertionFailed for a charge of nothing or of less, or of another statement; beyond ±(2^53 − 1)
 */
export function appendCharges(
  statement: CommissionStatement,
  charges: readonly CommissionCharge[],
): { readonly statement: CommissionStatement; readonly entries: readonly CommissionEntry[] } {
  const { sellerId, statementId, taxRatePpm } = statement;
  let { net, entries: number } = statement;
  const entries = charges.map((charge) => {
    assert(charge.amount > 0n && statementName(charge) === statementName(statement), "a charge of another statement, or of nothing");
    const delta = lowers.has(charge.kind) ? -charge.amount : charge.amount;
    const netAfter = net + delta;
    assert(withinWire(netAfter), "a statement beyond 2^53 - 1 minor units");
    const tax = cumulativeTax(taxRatePpm, net, netAfter);
    net = netAfter;
    number += 1;
    const { kind, documentId, occurrence = 1 } = charge;
    return { ...{ sellerId, statementId, number, kind, documentId, occurrence }, ...{ net: delta, tax, netAfter, taxRatePpm } };
  });
  return { statement: { ...statement, net, tax: applyRate(net, taxRatePpm), entries: number }, entries };
}

/** What an entry came to, without its sign. */
export function chargedBy({ net, tax }: Pick<CommissionEntry, "net" | "tax">): ChargedCommission {
  return { net: magnitude(net), tax: magnitude(tax) };
}

function magnitude(amount: bigint): MinorUnits {
  return minorUnits(amount < 0n ? -amount : amount);
}

/** A statement as answers, events and audit entries show it. */
export function shownStatement(statement: CommissionStatement) {
  const { currency, closedAt, commissionInvoiceId } = statement;
  const wire = (amount: bigint) => toWire({ amount: minorUnits(amount), currency });
  return {
    id: toWireId(prefixes.commissionStatement, statement.statementId),
    seller: toWireId(prefixes.seller, statement.sellerId),
    currency: String(currency),
    tax_code: statement.taxCode,
    tax_rate_ppm: statement.taxRatePpm,
    state: closedAt === null ? ("open" as const) : ("closed" as const),
    net: wire(statement.net),
    tax: wire(statement.tax),
    entries: statement.entries,
    opened_at: toRfc3339(statement.openedAt),
    closed_at: closedAt === null ? null : toRfc3339(closedAt),
    commission_invoice: commissionInvoiceId === null ? null : toWireId(prefixes.commissionInvoice, commissionInvoiceId),
  };
}
