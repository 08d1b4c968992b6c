import type { DocumentParty, DocumentTaxGroup } from "./document.ts";
import { amountOf, type DocumentDraft, totals } from "./invoice-parts.ts";

/** An organisation as a commission invoice names it; `id` as on the wire. */
export type CommissionParty = DocumentParty & { readonly id: string; readonly tax_number: string | null };

/** What a commission statement says: net, and the tax that is R(net × rate) of it, both above or at 0 in minor units; days YYYY-MM-DD. */
export type InvoicedStatement = {
  readonly currency: string;
  readonly net: bigint;
  readonly tax: bigint;
  readonly taxCode: "S" | "AE" | "O";
  readonly taxRatePpm: number;
  readonly exemptionCode: string | null;
  readonly exemptionText: string | null;
  /** How many documents it is about, and the days of its first and its last one. */
  readonly documents: number;
  readonly from: string;
  readonly until: string;
};

/**
 * The commission invoice of a statement: from the operator to the seller, one line, exactly the statement's net and tax. Nothing is to be
 * transferred for it: the commission was kept back from what the seller gets.
 *
 * @throws AssertionFailed for an amount that is negative or beyond ±(2^53 − 1)
 */
export function commissionDraft(
  statement: InvoicedStatement,
  { operator, seller }: { readonly operator: CommissionParty; readonly seller: CommissionParty },
): DocumentDraft {
  const { currency, documents, from, until } = statement;
  const net = amountOf(statement.net, currency);
  const group: DocumentTaxGroup = {
    ...{ category: "standard", code: statement.taxCode, rate_ppm: statement.taxRatePpm, net, tax: amountOf(statement.tax, currency) },
    ...{ exemption_code: statement.exemptionCode, exemption_text: statement.exemptionText },
    ...{ seller_tax_number: operator.tax_number, company_tax_number: seller.tax_number },
  };
  const lines = [
    {
      ...{ number: 1, kind: "commission" as const, order_line: null, title: "Commission", sku: null, reference: null },
      ...{ attributes: { documents: String(documents), from, until }, unit: "C62" },
      ...{ quantity: 1, unit_price: net, price_per: 1, gross: net, discount: 0, net },
      tax: { category: group.category, code: group.code, rate_ppm: group.rate_ppm },
    },
  ];
  return {
    ...{ format: 1, type: "commission_invoice", supplied_on: until, currency },
    ...{ order: null, shipment: null, precedes: null, cause: null },
    ...{ seller: operator, company: seller, delivery: null, payee: null, bank: null, mandate: null },
    ...{ lines, tax_groups: [group], ...totals(lines, [group], currency) },
    rounding: "half_up_per_tax_group_cumulative",
  };
}
