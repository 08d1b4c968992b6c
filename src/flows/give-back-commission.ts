import { assert } from "../kernel/assert.ts";
import type { CreditNoteId, InvoiceId } from "../kernel/ids.ts";
import { type ChargedCommission, chargeCommissions, type CommissionEntryKind } from "../modules/commissions/index.ts";
import type { CreditShares, Invoice } from "../modules/invoices/index.ts";
import { type LedgerTransfer, operatorAccount, sellerAccount } from "../modules/ledger/index.ts";
import type { Transaction } from "../platform/db/index.ts";
import type { CreditFacts } from "../views/credit-facts.ts";
import type { Circumstances } from "./lifecycle-events.ts";

/** From how much to how much of a whole something has come. Amounts in minor units. */
export type Share = { readonly whole: bigint; readonly before: bigint; readonly after: bigint };

/**
 * The commission of a part of an invoice, without tax: floor(C × after / whole) − floor(C × before / whole), and no more than was charged
 * and is not given back yet, by credit notes or by write-offs.
 */
export function partOfCommission(
  { commission, commissionReversed }: Pick<Invoice, "commission" | "commissionReversed">,
  { returned }: Pick<CreditFacts, "returned">,
  { whole, before, after }: Share,
): bigint {
  if (whole === 0n) return 0n;
  const amount = (commission * after) / whole - (commission * before) / whole;
  const left = commission - commissionReversed - returned;
  return amount < left ? amount : left;
}

/** Commission that is given back, or charged again, because of a document; minor units without tax. */
export type GivingBack = {
  readonly invoice: Invoice;
  readonly facts: Pick<CreditFacts, "commission">;
  readonly documentId: InvoiceId | CreditNoteId;
  readonly kind: Exclude<CommissionEntryKind, "charged">;
  /** Of a write-off: the number of its settlement. */
  readonly occurrence?: number;
  readonly amount: bigint;
};

/**
 * Gives commission back on the seller's open statement, or charges it again; the tax is that of the statement.
 *
 * Locks: seller balance.
 */
export async function giveBackCommission(
  tx: Transaction,
  { invoice, facts, documentId, kind, occurrence = 1, amount }: GivingBack,
  means: Pick<Circumstances, "at" | "newId">,
): Promise<ChargedCommission> {
  if (amount === 0n) return nothing;
  const { tax } = facts.commission;
  assert(tax !== null, "where commission was charged its tax was agreed");
  const { code: taxCode, ratePpm: taxRatePpm, exemptionCode, exemptionText } = tax;
  const { sellerId, currency } = invoice;
  const charge = {
    ...{ sellerId, currency, taxCode, taxRatePpm, exemptionCode, exemptionText },
    ...{ documentId, kind, occurrence, amount },
  };
  const [charged] = await chargeCommissions(tx, [charge], means);
  assert(charged !== undefined, "a charge has come to something");
  return charged;
}

const nothing = { net: 0n, tax: 0n } as ChargedCommission;

/** Commission and its tax, back to where its part of the seller's share was. */
export function returnTransfers(
  { sellerId }: Pick<Invoice, "sellerId">,
  { net, tax }: ChargedCommission,
  { reversedToPending }: Pick<CreditShares, "reversedToPending">,
): LedgerTransfer[] {
  const [pending, payable] = [sellerAccount("payable_pending", sellerId), sellerAccount("payable", sellerId)];
  const [commission, commissionTax] = [operatorAccount("commission"), operatorAccount("commission_tax")];
  const netToPending = net < reversedToPending ? net : reversedToPending;
  const taxToPending = reversedToPending - netToPending;
  return [
    { debit: commission, credit: pending, amount: netToPending },
    { debit: commission, credit: payable, amount: net - netToPending },
    { debit: commissionTax, credit: pending, amount: taxToPending },
    { debit: commissionTax, credit: payable, amount: tax - taxToPending },
  ];
}
