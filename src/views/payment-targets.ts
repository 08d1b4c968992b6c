import type { CheckoutId, CompanyId, InvoiceId, SellerId } from "../kernel/ids.ts";
import type { Currency } from "../kernel/money.ts";
import { type Reader, sql } from "../platform/db/index.ts";

/** What a payment may name: whose it is and in which currency. What is open of it is read under its lock. */
export type NamedInvoice = {
  readonly invoiceId: InvoiceId;
  readonly companyId: CompanyId;
  readonly reference: string;
  readonly currency: Currency;
};
export type NamedCheckout = {
  readonly checkoutId: CheckoutId;
  readonly companyId: CompanyId;
  readonly reference: string;
  readonly currency: Currency;
};

/** Invoices, settled ones too, and prepaid checkouts whose references have these keys. */
export async function readPaymentTargets(
  reader: Reader,
  keys: readonly string[],
): Promise<{ readonly invoices: readonly NamedInvoice[]; readonly checkouts: readonly NamedCheckout[] }> {
  const [invoices, checkouts] = await reader.pipeline([
    sql<{ invoice_id: InvoiceId; company_id: CompanyId; number_text: string; currency: Currency }>`
      select i.invoice_id, i.company_id, i.number_text, i.currency
      from documents d
        join invoices i on i.seller_id = d.issuer_id and i.invoice_id = d.document_id
      where d.reference_key = any (${keys}::text[])
      order by i.invoice_id`,
    sql<{ checkout_id: CheckoutId; company_id: CompanyId; payment_reference: string | null; currency: Currency }>`
      select c.checkout_id, c.company_id, c.payment_reference, c.currency
      from checkouts c
      where c.payment_reference = any (${keys}::text[])
      order by c.checkout_id`,
  ]);
  return {
    invoices: invoices.map((row) => ({
      ...{ invoiceId: row.invoice_id, companyId: row.company_id, reference: row.number_text, currency: row.currency },
    })),
    checkouts: checkouts.map((row) => ({
      ...{ checkoutId: row.checkout_id, companyId: row.company_id, reference: row.payment_reference ?? "", currency: row.currency },
    })),
  };
}

/** Of these companies and sellers, those that there are. */
export async function readKnownParties(
  reader: Reader,
  { companyIds, sellerIds }: { readonly companyIds: readonly CompanyId[]; readonly sellerIds: readonly SellerId[] },
): Promise<ReadonlySet<string>> {
  const rows = await reader.query(sql<{ id: string }>`
    select company_id::text as id from companies where company_id = any (${companyIds}::uuid[])
    union all
    select seller_id::text from sellers where seller_id = any (${sellerIds}::uuid[])`);
  return new Set(rows.map(({ id }) => id));
}

/** What is open of a company's invoices in a currency, the oldest due first; at most so many. */
export async function readOpenInvoices(
  reader: Reader,
  companyId: CompanyId,
  currency: Currency,
  count: number,
): Promise<readonly { readonly invoiceId: InvoiceId; readonly open: bigint }[]> {
  const rows = await reader.query(sql<{ invoice_id: InvoiceId; open: bigint }>`
    select i.invoice_id, i.total - i.settled as open
    from invoices i
    where i.company_id = ${companyId} and i.currency = ${currency} and i.state <> 'settled'
    order by i.due_on, i.invoice_id
    limit ${count}`);
  return rows.map(({ invoice_id, open }) => ({ invoiceId: invoice_id, open }));
}

/** What was invoiced of checkouts in all, minor units. Their orders are locked, so nothing is invoiced meanwhile. */
export async function readInvoicedOfCheckouts(
  reader: Reader,
  checkouts: readonly { readonly companyId: CompanyId; readonly checkoutId: CheckoutId }[],
): Promise<ReadonlyMap<CheckoutId, bigint>> {
  if (checkouts.length === 0) return new Map();
  const rows = await reader.query(sql<{ checkout_id: CheckoutId; invoiced: string }>`
    select i.checkout_id, sum(i.total)::text as invoiced
    from unnest(${checkouts.map(({ companyId }) => companyId)}::uuid[], ${checkouts.map(({ checkoutId }) => checkoutId)}::uuid[])
        as asked (company_id, checkout_id)
      join invoices i on i.company_id = asked.company_id and i.checkout_id = asked.checkout_id
    group by i.checkout_id`);
  return new Map(rows.map(({ checkout_id, invoiced }) => [checkout_id, BigInt(invoiced)]));
}

/**
 * What the units of checkouts are worth that are neither invoiced nor cancelled, by what is agreed and amended now; minor units, not below
 * zero. The checkouts' bound funds are locked: whoever invoices or cancels units of them changes those as well.
 */
export async function readNeedOfCheckouts(
  reader: Reader,
  checkouts: readonly { readonly companyId: CompanyId; readonly checkoutId: CheckoutId }[],
): Promise<ReadonlyMap<CheckoutId, bigint>> {
  if (checkouts.length === 0) return new Map();
  const rows = await reader.query(sql<{ checkout_id: CheckoutId; need: string }>`
    select o.checkout_id, coalesce(greatest(sum(o.total + o.amended - o.cancelled - coalesce(invoiced.total, 0)), 0), 0)::text as need
    from orders o
      left join lateral (
        select sum(i.total) as total from invoices i where i.seller_id = o.seller_id and i.order_id = o.order_id) invoiced on true
    where (o.company_id, o.checkout_id) in (
      select asked.company_id, asked.checkout_id
      from unnest(${checkouts.map(({ companyId }) => companyId)}::uuid[], ${checkouts.map(({ checkoutId }) => checkoutId)}::uuid[])
        as asked (company_id, checkout_id))
    group by o.checkout_id`);
  return new Map(rows.map(({ checkout_id, need }) => [checkout_id, BigInt(need)]));
}
