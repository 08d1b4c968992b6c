import { assert } from "../kernel/assert.ts";
import type { InvoiceId } from "../kernel/ids.ts";
import {
  type ChargedCommission,
  type CommissionCharge,
  chargeCommissions,
  commissionPart,
  readTerms,
} from "../modules/commissions/index.ts";
import type { Invoice } from "../modules/invoices/index.ts";
import { type LedgerTransaction, type LedgerTransfer, operatorAccount, sellerAccount } from "../modules/ledger/index.ts";
import type { DrawnUnits, Order } from "../modules/orders/index.ts";
import type { Transaction } from "../platform/db/index.ts";
import type { AgreedCommission } from "../views/invoice-facts.ts";
import type { OrderMeans } from "./lifecycle-events.ts";

/** An invoice that is about to be issued: what it takes of its order, and what was agreed about the order's commission. */
export type ChargedInvoice = {
  readonly invoiceId: InvoiceId;
  readonly order: Order;
  readonly drawn: Pick<DrawnUnits, "lines" | "freightCome">;
  readonly agreed: AgreedCommission;
};

/**
 * Charges the commission of invoices to the open statements of their sellers, each invoice its part of what was agreed.
 *
 * Locks: seller balance.
 *
 * @returns commission and tax of each invoice, in the order in which they were given; minor units
 */
export async function chargeInvoices(
  tx: Transaction,
  invoices: readonly ChargedInvoice[],
  means: Pick<OrderMeans, "at" | "newId">,
): Promise<ChargedCommission[]> {
  const charges = invoices.map(chargeOf);
  const charged = await chargeCommissions(
    tx,
    charges.filter((charge) => charge !== undefined),
    means,
  );
  let next = 0;
  return charges.map((charge) => {
    const came = charge === undefined ? undefined : charged[next];
    if (charge !== undefined) next += 1;
    return came ?? nothing;
  });
}

const nothing = { net: 0n, tax: 0n } as ChargedCommission;

function chargeOf({ invoiceId, order, drawn, agreed }: ChargedInvoice): CommissionCharge | undefined {
  const amount = commissionPart(readTerms(agreed.terms), {
    lines: drawn.lines.map(({ lineNumber, quantity, shipped, cancelled, part }) => {
      const after = shipped + cancelled;
      return { lineNumber, quantity, before: after - part.quantity, after };
    }),
    freight: drawn.freightCome,
  });
  if (amount === 0n) return undefined;
  assert(agreed.tax !== null, "where commission is charged its tax is agreed");
  const { code: taxCode, ratePpm: taxRatePpm, exemptionCode, exemptionText } = agreed.tax;
  return {
    ...{ sellerId: order.sellerId, currency: order.currency, taxCode, taxRatePpm, exemptionCode, exemptionText },
    ...{ documentId: invoiceId, kind: "charged", amount },
  };
}

/**
 * What of an invoice waits for the company's money: the total less commission and its tax, as far as there is that much. Nothing where the
 * operator bears the risk.
 */
export function pendingAtIssue(creditRisk: Invoice["creditRisk"], total: bigint, { net, tax }: ChargedCommission): bigint {
  const left = total - net - tax;
  return creditRisk === "operator" || left < 0n ? 0n : left;
}

/** The commission of an invoice in the books: out of the seller's pending share, and what that does not hold out of what is payable. */
export function bookedCommission(
  { sellerId, invoiceId, currency, creditRisk, total }: Invoice,
  { net, tax }: ChargedCommission,
  cause: string,
): LedgerTransaction[] {
  if (net === 0n) return [];
  const pending = creditRisk === "operator" ? 0n : total;
  const netFromPending = least(net, pending);
  const taxFromPending = least(tax, pending - netFromPending);
  const moved = (from: "payable_pending" | "payable", to: "commission" | "commission_tax", amount: bigint): LedgerTransfer => ({
    ...{ debit: sellerAccount(from, sellerId), credit: operatorAccount(to), amount },
  });
  return [
    {
      ...{ kind: "commission_charged", businessKey: invoiceId, currency, cause },
      record: { type: "invoice", id: invoiceId },
      transfers: [
        moved("payable_pending", "commission", netFromPending),
        moved("payable", "commission", net - netFromPending),
        moved("payable_pending", "commission_tax", taxFromPending),
        moved("payable", "commission_tax", tax - taxFromPending),
      ],
    },
  ];
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
