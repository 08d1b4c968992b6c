import type { CheckoutId } from "../kernel/ids.ts";
import { type Invoice, openOf } from "../modules/invoices/index.ts";
import { boundFunds, type LedgerTransaction } from "../modules/ledger/index.ts";
import { changeFunds, type Funds, leftOf } from "../modules/payments/index.ts";
import type { Transaction } from "../platform/db/index.ts";
import { readNeedOfCheckouts } from "../views/payment-targets.ts";
import { bookedFreed, freeingChanges } from "./free-funds.ts";
import type { OrderMeans } from "./lifecycle-events.ts";
import { receivableOf, releaseTransfer, settleInvoices } from "./settle-invoices.ts";

/** An invoice that funds settle, and how much of it; minor units. */
type Part = { readonly invoice: Invoice; readonly amount: bigint };

/**
 * What was paid for a checkout beforehand settles its invoices, one after the other, as far as it goes. What the checkout's other units
 * need is left for them: tax that was added to an order is never paid with what is bound for another. What is bound beyond what they need,
 * as where tax was taken off, is free from now on. The invoices are written; bound and free funds of their checkouts are locked.
 *
 * @returns the invoices that were settled, as they are now, and what is to be booked
 */
export async function settleFromFunds(
  tx: Transaction,
  issued: readonly Invoice[],
  funds: readonly Funds[],
  means: OrderMeans,
): Promise<{ readonly settled: readonly Invoice[]; readonly bookings: readonly LedgerTransaction[] }> {
  const prepaid = issued.filter(({ paymentMethod }) => paymentMethod === "bank_transfer");
  if (prepaid.length === 0) return { settled: [], bookings: [] };
  const byCheckout = [...Map.groupBy(prepaid, ({ checkoutId }) => checkoutId)];
  const needs = await readNeedOfCheckouts(tx, prepaid);
  const left = new Map(funds.map((each) => [each.checkoutId, leftOf(each)]));
  const shares = byCheckout.map(([checkoutId, invoices]) => shareOut(invoices, left.get(checkoutId) ?? 0n, needs.get(checkoutId) ?? 0n));
  const parts = shares.flatMap((share) => share.parts);
  const freed = shares.flatMap((share) => share.freed);
  await changeFunds(tx, [
    ...parts.map(({ invoice: { companyId, checkoutId, currency }, amount }) => ({ companyId, checkoutId, currency, used: amount })),
    ...freed.flatMap(({ invoice, amount }) => freeingChanges(invoice, amount)),
  ]);
  const settled = await settleInvoices(
    tx,
    parts.map(({ invoice, amount }) => ({ invoice, source: "customer_funds" as const, sourceId: invoice.checkoutId, amount })),
    { ...means, cause: "paid_beforehand" },
  );
  return {
    settled: settled.map(({ invoice }) => invoice),
    bookings: [
      ...settled.map((each) => bookedFunds(each, each.invoice.checkoutId)),
      ...freed.map(({ invoice: { companyId, checkoutId, currency, invoiceId }, amount }) =>
        bookedFreed({ companyId, checkoutId, currency, amount, cause: "shipment_shipped", record: { type: "invoice", id: invoiceId } }),
      ),
    ],
  };
}

/** Parts what is left of a checkout's funds among its invoices, the last of which frees what is over. */
function shareOut(
  invoices: readonly Invoice[],
  left: bigint,
  need: bigint,
): { readonly parts: readonly Part[]; readonly freed: readonly Part[] } {
  let spare = left > need ? left - need : 0n;
  const parts = invoices.flatMap((invoice): Part[] => {
    const amount = spare < openOf(invoice) ? spare : openOf(invoice);
    spare -= amount;
    return amount === 0n ? [] : [{ invoice, amount }];
  });
  const last = invoices.at(-1);
  return { parts, freed: last === undefined || spare === 0n ? [] : [{ invoice: last, amount: spare }] };
}

function bookedFunds(settled: Parameters<typeof releaseTransfer>[0], checkoutId: CheckoutId): LedgerTransaction {
  const { invoice, settlement } = settled;
  return {
    ...{
      kind: "funds_settled",
      businessKey: `${invoice.invoiceId}:${settlement.number}`,
      currency: invoice.currency,
      cause: settlement.cause,
    },
    record: { type: "invoice", id: invoice.invoiceId },
    transfers: [
      { debit: boundFunds(invoice.companyId, checkoutId), credit: receivableOf(invoice), amount: settlement.amount },
      releaseTransfer(settled),
    ],
  };
}
