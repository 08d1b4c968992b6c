import type { Probe } from "./probe.ts";
import { nothing, operator, otherSeller, type Row } from "./rows.ts";
import type { Said } from "./session.ts";

const flow = (text: string): Said => ({ role: "stoa_flow", text });
const granted = (verb: "update" | "delete", table: string): string => `grant ${verb} on ${table} to stoa_flow`;
/** No role may do it; one that might would meet the trigger. */
const stays = (table: string): Probe => ({
  said: flow(`delete from ${table} where ${keyOf[table] ?? ""} = '${nothing}'`),
  putAside: granted("delete", table),
});
const keyOf: Readonly<Record<string, string>> = {
  ...{ document_series: "issuer_id", invoices: "invoice_id", invoice_payables: "invoice_id", invoice_lines: "invoice_id" },
  ...{ invoice_tax_groups: "invoice_id", company_funds: "company_id" },
};
const never = (table: string, column: string): Probe => ({
  said: flow(`update ${table} set ${column} = ${column}`),
  putAside: granted("update", table),
});

/** What each guard of documents, invoices, credit notes, settlements and funds is for. `adding` adds a new row of a table, changed so. */
export function paperProbes(
  adding: (table: string, changes: Row) => Said,
  standing: (table: string) => Row,
): Readonly<Record<string, Probe>> {
  return {
    document_series_type_is_known: { said: adding("document_series", { type: "letter" }) },
    document_series_year_is_of_its_day: { said: adding("document_series", { year: 2025 }) },
    document_series_counts_from_zero: { said: adding("document_series", { last_number: -1 }) },
    document_series_only_rise: { said: flow("update document_series set last_day = last_day - 1") },
    document_series_stay: stays("document_series"),
    // The row of another issuer: with its own the primary key would be there first.
    documents_document_id_key: {
      said: adding("documents", { issuer_id: otherSeller, document_id: standing("documents")["document_id"] }),
    },
    documents_begin_with_their_prefix: { said: adding("documents", { number_text: "TWO-2026-000004" }) },
    // The operator has a prefix and no series.
    documents_series_fkey: { said: adding("documents", { issuer_id: operator, number_text: "OPERATOR-2026-000001" }) },
    documents_number_is_positive: { said: adding("documents", { number: 0 }) },
    documents_year_is_of_its_day: { said: adding("documents", { year: 2025 }) },
    documents_total_is_net_and_tax: { said: adding("documents", { total: 118 }) },
    documents_hash_is_of_the_text: { said: adding("documents", { text: "[]" }) },
    documents_stay: never("documents", "text"),
    invoices_invoice_id_key: {
      said: adding("invoices", { seller_id: otherSeller, invoice_id: standing("invoices")["invoice_id"] }),
    },
    invoices_total_is_net_and_tax: { said: adding("invoices", { total: 118 }) },
    invoices_settled_within_total: {
      said: flow("update invoices set settled = total + 1, state = 'partially_settled'"),
    },
    invoices_credited_within_total: { said: flow("update invoices set credited = total + 1") },
    invoices_written_off_within_settled: { said: flow("update invoices set written_off = 1") },
    invoices_state_follows_open: { said: flow("update invoices set state = 'settled'") },
    invoices_overdue_from_the_next_day: { said: adding("invoices", { overdue_from: "2026-03-01T00:00:00Z" }) },
    invoices_follow_their_lifecycle_on_insert: {
      said: adding("invoices", { state: "partially_settled" }),
      refusesAs: "invoices_follow_their_lifecycle",
      putAside: "alter table invoices drop constraint invoices_state_follows_open",
    },
    invoices_follow_their_lifecycle_on_update: {
      said: flow("update invoices set state = 'forgotten'"),
      refusesAs: "invoices_follow_their_lifecycle",
      putAside: "alter table invoices drop constraint invoices_state_follows_open",
    },
    invoices_only_rise: { said: flow("update invoices set version = version - 1") },
    invoices_stay: stays("invoices"),
    invoice_payables_credit_risk_is_known: { said: adding("invoice_payables", { credit_risk: "bank", pending: 0 }) },
    invoice_payables_pending_is_not_negative: { said: adding("invoice_payables", { pending: -1 }) },
    invoice_payables_operators_risk_waits_for_nobody: { said: adding("invoice_payables", { credit_risk: "operator" }) },
    invoice_payables_reversed_within_commission: { said: flow("update invoice_payables set commission_reversed = commission + 1") },
    invoice_payables_only_rise: { said: flow("update invoice_payables set commission_reversed = 0") },
    invoice_payables_stay: stays("invoice_payables"),
    invoice_lines_quantity_is_positive: { said: adding("invoice_lines", { quantity: 0, rest_quantity: 0 }) },
    invoice_lines_credited_within_net: { said: flow("update invoice_lines set credited_net = net + 1") },
    invoice_lines_credited_within_quantity: { said: flow("update invoice_lines set credited = quantity + 1") },
    invoice_lines_rest_is_whole: { said: adding("invoice_lines", { rest_discount: 101 }) },
    invoice_lines_only_rise: { said: flow("update invoice_lines set credited_net = 0") },
    invoice_lines_stay: stays("invoice_lines"),
    invoice_tax_groups_credited_within: { said: flow("update invoice_tax_groups set credited_net = net + 1, credited_tax = tax") },
    invoice_tax_groups_credited_tax_follows: { said: flow("update invoice_tax_groups set credited_tax = credited_tax + 1") },
    invoice_tax_groups_only_rise: { said: flow("update invoice_tax_groups set credited_net = 0, credited_tax = 0") },
    invoice_tax_groups_stay: stays("invoice_tax_groups"),
    credit_notes_credit_note_id_key: {
      said: adding("credit_notes", { seller_id: otherSeller, credit_note_id: standing("credit_notes")["credit_note_id"] }),
    },
    credit_notes_cause_is_known: { said: adding("credit_notes", { cause: "generosity" }) },
    credit_notes_total_is_net_and_tax: { said: adding("credit_notes", { total: 13 }) },
    credit_notes_lowered_within_total: { said: adding("credit_notes", { lowered: 13 }) },
    credit_notes_actor_is_known: { said: adding("credit_notes", { actor_id: null }) },
    credit_notes_stay: never("credit_notes", "reason"),
    settlements_undoes_fkey: { said: adding("settlements", { number: 9, undoes: 8, amount: -1 }) },
    settlements_undone_once: { said: adding("settlements", { undoes: 1, amount: -1 }) },
    settlements_source_is_known: { said: adding("settlements", { source: "goodwill" }) },
    settlements_number_is_positive: { said: adding("settlements", { number: 0 }) },
    settlements_undo_is_opposite: { said: adding("settlements", { amount: -1 }) },
    settlements_actor_is_known: { said: adding("settlements", { actor_id: null }) },
    settlements_stay: never("settlements", "cause"),
    company_funds_currency_is_iso: { said: adding("company_funds", { currency: "eur" }) },
    company_funds_used_within_received: { said: flow("update company_funds set used = received + 1") },
    company_funds_stay: stays("company_funds"),
  };
}

/** Guards of these tables that stand before another one. */
export const behindPapers: Readonly<Record<string, string>> = {
  credit_notes_credit_note_id_key: "credit_notes_document_fkey",
  credit_notes_pkey: "credit_notes_credit_note_id_key",
  documents_document_id_key: "documents_begin_with_their_prefix",
  documents_pkey: "documents_document_id_key",
  invoices_invoice_id_key: "invoices_document_fkey",
  invoices_pkey: "invoices_invoice_id_key",
  sellers_keep_their_series: "documents_begin_with_their_prefix",
};
