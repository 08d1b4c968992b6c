import { type Id, type Prefix, toWireId } from "../../src/kernel/ids.ts";
import { sellerOf } from "../placing/planted-market.ts";
import type { PlacedOrder } from "./placed-order.ts";
import type { TradedMarket } from "./traded-market.ts";
import type { TradedInvoice } from "./traded-papers.ts";

const wire = (prefix: Prefix, id: string): string => toWireId(prefix, id as Id<Prefix>);
const invoice = ({ invoiceId }: TradedInvoice): string => wire("inv", invoiceId);
const order = ({ orderId }: PlacedOrder): string => wire("ord", orderId);
const checkout = ({ checkoutId }: PlacedOrder): string => wire("chk", checkoutId);
const company = ({ companyId }: TradedInvoice): string => wire("cmp", companyId);
const firstSeller = wire("sel", sellerOf(0));

/** The guards of invoices, of money and of commission that stand in the way of what is planted. */
export const paperGuardsInTheWay = `
  alter table documents drop constraint documents_hash_is_of_the_text, disable trigger user;
  alter table document_series disable trigger user;
  alter table invoices disable trigger user;
  alter table invoice_payables disable trigger user;
  alter table invoice_lines disable trigger user;
  alter table invoice_tax_groups disable trigger user;
  alter table settlements disable trigger user;
  alter table commission_statements disable trigger user;
  alter table commission_entries disable trigger user;
  alter table order_commissions drop constraint order_commissions_hash_is_of_the_terms, disable trigger user;
  alter table bank_lines disable trigger user;
  alter table bank_allocations disable trigger user`;

/** What can be broken about what is owed, paid and charged, and what doctor has to say to it. The companies' credit is broken before. */
export function paperViolations({ papers, paid: waiting, backed, shipments }: TradedMarket) {
  return [
    ...owed({ papers, backed }),
    ...charged(papers),
    ...issued(papers),
    ...invoiced(papers, shipments.packed.shipmentId),
    ...told(papers, waiting),
  ];
}

/** Settlements, funds and lines of the bank. */
function owed({ papers, backed }: Pick<TradedMarket, "papers" | "backed">) {
  const { beforehand, paid, inPart, open, unmatched } = papers;
  const line = wire("bnl", unmatched);
  return [
    [
      "a line of the bank of which a part was taken for nothing",
      "update bank_lines set allocated = allocated + 1 where line_id = $1",
      [unmatched],
      [`M1 ${line}`, `M3 ${line}`],
    ],
    [
      "an invoice of which more is settled than its settlements",
      "update invoices set settled = 1, state = 'partially_settled' where invoice_id = $1",
      [open.invoiceId],
      [`M2 ${company(open)}`, `M2 ${invoice(open)}`],
    ],
    [
      "a settlement of another amount than what was taken of the line",
      "update settlements set amount = amount - 1 where invoice_id = $1",
      [paid.invoiceId],
      [`M2 ${invoice(paid)}`, `M3 ${invoice(paid)}`, `M9 ${invoice(paid)}`],
    ],
    [
      "what the company paid of an invoice that its seller got already",
      `with of_payable as (update invoice_payables set pending = pending - 1 where invoice_id = $1)
       update settlements set released = released + 1 where invoice_id = $1`,
      [inPart.invoiceId],
      [`M2 ${firstSeller}`, `M9 ${invoice(inPart)}`],
    ],
    [
      "a settlement that undoes more than there was",
      `insert into settlements
       select seller_id, invoice_id, number + 1, company_id, source, source_id, -amount - 1, -released, number, cause, actor_kind, actor_id, at
       from settlements where invoice_id = $1`,
      [beforehand.invoiceId],
      [`M2 ${invoice(beforehand)}`, `M9 ${invoice(beforehand)}`],
    ],
    [
      "funds of a checkout that nobody paid",
      "update company_funds set received = received + 1, used = used + 1 where checkout_id = $1",
      [beforehand.checkoutId],
      [`M3 ${checkout(beforehand)}`],
    ],
    [
      "funds of a company that nobody received",
      "update company_funds set received = received + 1 where company_id = $1 and checkout_id = '00000000-0000-0000-0000-000000000000'",
      [beforehand.companyId],
      [`M2 ${company(beforehand)}`],
    ],
    [
      "a checkout whose goods are promised for money that is used",
      "update company_funds set used = used + 1 where checkout_id = $1",
      [backed.checkoutId],
      [`M2 ${checkout(backed)}`, `O4 ${order(backed)}`],
    ],
    [
      "an invoice that funds of another checkout settled",
      "update settlements set source_id = $2 where invoice_id = $1",
      [beforehand.invoiceId, backed.checkoutId],
      [`M3 ${invoice(beforehand)}`, `M8 ${invoice(beforehand)}`],
    ],
  ] as const;
}

/** Commission and what is due to sellers. */
function charged({ credited, creditNoteId, guaranteed, statement, openStatement }: TradedMarket["papers"]) {
  return [
    [
      "a commission statement of more than its entries",
      "update commission_statements set net = net + 100, tax = tax + 19 where statement_id = $1",
      [statement.statementId],
      [`M4 ${wire("cst", statement.statementId)}`, `M5 ${wire("cin", statement.commissionInvoiceId)}`],
    ],
    [
      "an invoice that knows another commission than was charged",
      "update invoice_payables set commission = commission + 1 where invoice_id = $1",
      [guaranteed.invoiceId],
      [`M4 ${invoice(guaranteed)}`],
    ],
    [
      "commission that was given back without a word",
      "update commission_entries set net = net - 1, net_after = net_after - 1 where kind = 'reversed'",
      [],
      [`M4 ${invoice(credited)}`, `M4 ${firstSeller}`, `M4 ${wire("cst", openStatement)}`, `M8 ${wire("crn", creditNoteId)}`],
    ],
  ] as const;
}

/** Documents and their numbers. */
function issued({ paid, writtenOff, open, guaranteed, credited, creditNoteId }: TradedMarket["papers"]) {
  return [
    [
      "a number that was left out",
      "update documents set number = number + 7 where document_id = $1",
      [open.invoiceId],
      [`M5 ${invoice(open)}`],
    ],
    [
      "a document of an earlier day than the one before",
      "update documents set issued_on = issued_on - 1 where document_id = $1",
      [writtenOff.invoiceId],
      [`M5 ${invoice(writtenOff)}`],
    ],
    [
      "a series that has not come as far as its last document",
      "update document_series set last_number = 0 where type = 'credit_note'",
      [],
      [`M5 ${wire("crn", creditNoteId)}`],
    ],
    [
      "a document that says another total, hashed again",
      `update documents set text = said, hash = sha256(convert_to(said, 'UTF8'))
       from (select document_id as same, replace(text, '"total":' || total, '"total":1' || total) as said from documents) as other
       where same = document_id and document_id = $1`,
      [paid.invoiceId],
      [`M5 ${invoice(paid)}`],
    ],
    [
      "a document with another word",
      "update documents set text = replace(text, 'Bolt', 'Nut') where document_id = $1",
      [guaranteed.invoiceId],
      [`O3 ${invoice(guaranteed)}`],
    ],
    [
      "an agreement about commission with another word",
      "update order_commissions set terms = replace(terms, '0', '1') where order_id = $1",
      [credited.orderId],
      [`O3 ${order(credited)}`],
    ],
  ] as const;
}

/** What of orders is invoiced, and what of invoices credited. */
function invoiced({ paid, inPart, open, writtenOff, credited, guaranteed, beforehand }: TradedMarket["papers"], packed: string) {
  return [
    [
      "a parcel whose invoice is that of one that never left",
      "update invoices set shipment_id = $2 where invoice_id = $1",
      [writtenOff.invoiceId, packed],
      [`M6 ${wire("shp", writtenOff.shipmentId)}`, `M6 ${wire("shp", packed)}`],
    ],
    [
      "an invoice of fewer units than were shipped",
      "update invoice_lines set quantity = 1, rest_quantity = 1 where invoice_id = $1",
      [open.invoiceId],
      [`M6 ${order(open)}`],
    ],
    [
      "an invoice with more tax than its order",
      "update invoice_tax_groups set tax = tax + 1 where invoice_id = $1",
      [inPart.invoiceId],
      [`M6 ${invoice(inPart)}`, `M6 ${order(inPart)}`],
    ],
    [
      "an invoice of which more is credited than its credit notes say",
      "update invoice_lines set credited_net = credited_net + 1 where invoice_id = $1",
      [credited.invoiceId],
      [`M6 ${invoice(credited)}`],
    ],
    [
      "a line that is credited without a credit note",
      "update invoice_lines set credited_net = 1 where invoice_id = $1",
      [paid.invoiceId],
      [`M6 ${invoice(paid)}`],
    ],
    [
      "an invoice of which fewer units are left to credit than were not credited",
      "update invoice_lines set rest_drawn = 1 where invoice_id = $1",
      [beforehand.invoiceId],
      [`M6 ${invoice(beforehand)}`],
    ],
    [
      "an invoice of which units are credited and left to credit too",
      "update invoice_lines set credited = 1 where invoice_id = $1",
      [guaranteed.invoiceId],
      [`M6 ${invoice(guaranteed)}`],
    ],
    [
      "an invoice of which more is left to credit than was not credited",
      "update invoice_lines set rest_gross = rest_gross + 1 where invoice_id = $1",
      [open.invoiceId],
      [`M6 ${invoice(open)}`],
    ],
  ] as const;
}

/** What was told of invoices, and booked. */
function told({ writtenOff, open, inPart, credited, creditNoteId }: TradedMarket["papers"], waiting: PlacedOrder) {
  return [
    [
      "an open invoice of which nobody will be told that it is overdue",
      "delete from deadlines where kind = 'invoice_reminder' and subject_id = $1",
      [inPart.invoiceId],
      [`O5 ${invoice(inPart)}`],
    ],
    [
      "an invoice that is ahead of its settlements and its events",
      "update invoices set version = version + 1 where invoice_id = $1",
      [writtenOff.invoiceId],
      [`O1 ${invoice(writtenOff)}`, `R2 ${invoice(writtenOff)}`],
    ],
    [
      "a credit note whose key has no stored answer",
      "delete from idempotency using credit_notes n where n.idempotency_id = idempotency.idempotency_id and n.invoice_id = $1",
      [credited.invoiceId],
      [`R1 ${wire("crn", creditNoteId)}`],
    ],
    [
      "an invoice that is booked as somebody else's debt",
      `update ledger_transfers t set debit_account_id = a.account_id, debit_party_id = a.party_id
       from ledger_transactions x, ledger_accounts a
       where x.transaction_id = t.transaction_id and x.kind = 'invoice_issued' and x.record_id = $1
         and a.kind = 'customer_funds' and a.subject_id = $2 and t.number = 1`,
      [open.invoiceId, waiting.checkoutId],
      [`M2 ${checkout(waiting)}`, `M8 ${invoice(open)}`],
    ],
    [
      "a write-off that is booked under another key",
      "update ledger_transactions set business_key = 'another' where kind = 'invoice_written_off' and record_id = $1",
      [writtenOff.invoiceId],
      ["M8 ltx_…", `M8 ${invoice(writtenOff)}`],
    ],
  ] as const;
}
