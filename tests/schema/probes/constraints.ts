import type { Constraint } from "./guards.ts";
import { behindPapers, paperProbes } from "./paper-constraints.ts";
import type { Probe } from "./probe.ts";
import {
  bankAccount,
  category,
  company,
  nobody,
  nothing,
  operator,
  otherSeller,
  type Row,
  seller,
  standingBankLine,
  standingRequest,
  standingShipment,
  standingStatement,
  tables,
} from "./rows.ts";
import { insertion, organisationOf, type Said } from "./session.ts";

/** Who adds rows to a table; the others nobody but the owner of the schema adds to. */
const writers: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["idempotency", "events", "event_audiences", "deadlines", "holds", "movements", "checkouts", "checkout_history", "orders"].map(
      (table) => [table, "stoa_flow"],
    ),
  ),
  ...Object.fromEntries(
    ["order_history", "order_lines", "order_tax_groups", "order_freight", "reservations"].map((table) => [table, "stoa_flow"]),
  ),
  ...Object.fromEntries(
    ["audit_entries", "organisations", "persons", "person_keys", "members", "api_keys", "sellers", "companies", "credit_accounts"].map(
      (table) => [table, "stoa_operator"],
    ),
  ),
  ...Object.fromEntries(["categories", "products", "variants", "tax_rates"].map((table) => [table, "stoa_operator"])),
  ...Object.fromEntries(["offers", "locations", "stock_levels", "stock_operations"].map((table) => [table, "stoa_application"])),
  ...Object.fromEntries(
    ["order_cancellations", "order_cancellation_lines", "order_requests", "order_request_lines", "order_tax_amendments"].map((table) => [
      table,
      "stoa_flow",
    ]),
  ),
  ...Object.fromEntries(["shipments", "shipment_lines", "shipment_history"].map((table) => [table, "stoa_flow"])),
  ...Object.fromEntries(
    ["ledger_accounts", "ledger_transactions", "ledger_transfers", "ledger_balances", "ledger_unrolled"].map((table) => [
      table,
      "stoa_flow",
    ]),
  ),
  ...Object.fromEntries(["bank_accounts", "bank_statements", "bank_lines", "bank_allocations"].map((table) => [table, "stoa_flow"])),
  ...Object.fromEntries(
    ["document_series", "documents", "invoices", "invoice_payables", "invoice_lines", "invoice_tax_groups", "credit_notes"].map((table) => [
      table,
      "stoa_flow",
    ]),
  ),
  ...{ settlements: "stoa_flow", company_funds: "stoa_flow" },
  ...{ seller_history: "stoa_operator", company_history: "stoa_operator" },
  ...{ operator_profiles: "stoa_operator" },
  ...{ company_addresses: "stoa_application", tax_numbers: "stoa_application" },
  ...{ price_lists: "stoa_application", price_list_prices: "stoa_application", freight_plans: "stoa_application" },
  ...{ price_list_companies: "stoa_flow" },
  ...{ commission_plans: "stoa_operator", seller_contracts: "stoa_operator" },
  ...{ order_commissions: "stoa_flow", commission_statements: "stoa_flow", commission_entries: "stoa_flow" },
};

/** The tables that no role of the application adds to: their guards are probed as the owner. */
export const ownersTables: readonly string[] = ["clock_offset", "event_sequencer", "lifecycle_edges", "series_prefixes"];

export const writerOf = (table: string): string => writers[table] ?? "owner";

/** A new row of a table, changed in these columns, added by whoever may. */
export function adding(table: string, changes: Row = {}): Said {
  const row = { ...freshOf(table), ...changes };
  return { role: writerOf(table), organisation: organisationOf(row), ...insertion(table, row) };
}

function freshOf(table: string): Row {
  const fresh = tables[table]?.fresh;
  if (fresh === undefined) throw new Error(`rows.ts has no new row for ${table}`);
  return fresh;
}

const short = Buffer.from([0]);
const flow = (text: string): Said => ({ role: "stoa_flow", text });
const byOperator = (text: string): Said => ({ role: "stoa_operator", text });
const bySeller = (text: string): Said => ({ role: "stoa_application", organisation: seller, text });
const byCompany = (text: string): Said => ({ role: "stoa_application", organisation: company, text });
const checked = "version = version + 1, tax_number_checked_at = '2026-01-01', tax_number_evidence = 'seen'";

/** What each CHECK and each trigger is for: a row that nothing else refuses. */
const handmade: Readonly<Record<string, Probe>> = {
  clock_offset_is_one_row: { said: adding("clock_offset", { only_row: false }) },
  idempotency_key_hash_is_sha256: { said: adding("idempotency", { key_hash: short }) },
  idempotency_fingerprint_is_sha256: { said: adding("idempotency", { fingerprint: short }) },
  idempotency_status_is_final: { said: adding("idempotency", { status: 503 }) },
  events_version_counts_from_one: { said: adding("events", { subject_version: 0 }) },
  event_sequencer_is_one_row: { said: adding("event_sequencer", { only_row: false }) },
  organisations_kind_is_known: { said: adding("organisations", { kind: "bank" }) },
  person_keys_secret_is_256_bits: { said: adding("person_keys", { secret: short }) },
  members_role_fits_kind: { said: adding("members", { role: "purchaser" }) },
  members_organisation_fkey: { said: adding("members", { kind: "company" }) },
  members_only_rise: { said: { role: "stoa_operator", text: "update members set version = version" } },
  holds_subject_is_known: { said: adding("holds", { subject_type: "offer" }) },
  holds_owner_is_known: { said: adding("holds", { owner_kind: "company" }) },
  holds_release_is_whole: { said: flow("update holds set version = version + 1, released_at = placed_at") },
  holds_only_rise: { said: flow("update holds set version = version") },
  api_keys_secret_is_sha256: { said: adding("api_keys", { secret_hash: short }) },
  api_keys_role_fits_kind: { said: adding("api_keys", { role: "admin" }) },
  sellers_country_is_alpha2: { said: adding("sellers", { country: "de" }) },
  sellers_check_is_of_its_number: { said: byOperator(`update sellers set tax_number = 'DE2', ${checked}`) },
  companies_check_is_of_its_number: { said: byOperator(`update companies set country = 'AT', ${checked}`) },
  sellers_are_checked_by_the_operator: { said: bySeller(`update sellers set ${checked}`) },
  companies_are_checked_by_the_operator: { said: byCompany(`update companies set ${checked}`) },
  sellers_keep_their_series: { said: bySeller("update sellers set version = version + 1, series_prefix = 'TWO'") },
  sellers_share_their_prefix_on_insert: {
    said: adding("sellers", { series_prefix: "OPERATOR" }),
    refusesAs: "series_prefixes_prefix_key",
  },
  sellers_share_their_prefix_on_update: {
    said: byOperator(`update sellers set version = version + 1, series_prefix = 'OPERATOR' where seller_id = '${otherSeller}'`),
    refusesAs: "series_prefixes_prefix_key",
  },
  operator_profiles_share_their_prefix_on_insert: {
    said: adding("operator_profiles", { series_prefix: "ONE" }),
    refusesAs: "series_prefixes_prefix_key",
  },
  operator_profiles_share_their_prefix_on_update: {
    said: byOperator("update operator_profiles set version = version + 1, series_prefix = 'ONE'"),
    refusesAs: "series_prefixes_prefix_key",
  },
  // What stands there was written by the triggers of sellers and of the operator's profile.
  series_prefixes_pkey: { said: adding("series_prefixes", { issuer_id: operator }) },
  series_prefixes_prefix_key: { said: adding("series_prefixes", { prefix: "OPERATOR" }) },
  // A key that the primary key implies is there for a foreign key to point at.
  series_prefixes_issuer_prefix_key: {
    said: adding("series_prefixes", { issuer_id: operator, prefix: "OPERATOR" }),
    putAside:
      "alter table series_prefixes drop constraint series_prefixes_pkey; alter table series_prefixes drop constraint series_prefixes_prefix_key",
  },
  operator_profiles_country_is_alpha2: { said: adding("operator_profiles", { country: "de" }) },
  operator_profiles_series_prefix_is_short: { said: adding("operator_profiles", { series_prefix: "four" }) },
  operator_profiles_iban_is_plain: { said: adding("operator_profiles", { iban: "DE02 1203 0000 0000 2020 51" }) },
  operator_profiles_only_rise: { said: byOperator("update operator_profiles set name = 'Renamed'") },
  // No role may delete it; one that might would meet the trigger.
  operator_profiles_stay: {
    said: byOperator("delete from operator_profiles"),
    putAside: "grant delete on operator_profiles to stoa_operator",
  },
  sellers_series_prefix_is_short: { said: adding("sellers", { series_prefix: "nine" }) },
  sellers_suspension_has_a_reach: { said: adding("sellers", { suspension: "new" }) },
  sellers_active_is_complete: { said: adding("sellers", { state: "active" }) },
  sellers_calendar_is_possible: { said: adding("sellers", { working_days: [0] }) },
  sellers_follow_their_lifecycle_on_insert: {
    said: adding("sellers", { state: "under_review" }),
    refusesAs: "sellers_follow_their_lifecycle",
  },
  sellers_follow_their_lifecycle_on_update: {
    said: byOperator("update sellers set version = version + 1, state = 'rejected' where state = 'applied'"),
    refusesAs: "sellers_follow_their_lifecycle",
  },
  sellers_only_rise: { said: byOperator("update sellers set name = 'Renamed'") },
  seller_history_actor_is_known: { said: adding("seller_history", { actor_kind: "seller" }) },
  companies_suspension_has_a_reach: { said: adding("companies", { suspension: "hold" }) },
  companies_payment_days_are_bounded: { said: adding("companies", { payment_days: 366 }) },
  companies_follow_their_lifecycle_on_insert: {
    said: adding("companies", { state: "rejected" }),
    refusesAs: "companies_follow_their_lifecycle",
  },
  companies_follow_their_lifecycle_on_update: {
    said: byOperator("update companies set version = version + 1, state = 'closed'"),
    refusesAs: "companies_follow_their_lifecycle",
  },
  companies_only_rise: { said: byOperator("update companies set name = 'Renamed'") },
  company_history_actor_is_known: { said: adding("company_history", { actor_kind: "deadline", actor_id: operator }) },
  company_addresses_country_is_alpha2: { said: adding("company_addresses", { country: "de" }) },
  company_addresses_only_rise: {
    said: { role: "stoa_application", organisation: company, text: "update company_addresses set name = 'Renamed'" },
  },
  tax_numbers_country_is_alpha2: { said: adding("tax_numbers", { country: "at" }) },
  tax_numbers_check_has_evidence: {
    said: byOperator(`update tax_numbers set checked_at = '2026-01-01' where organisation_id = '${seller}'`),
  },
  companies_country_is_alpha2: { said: adding("companies", { country: "DEU" }) },
  credit_accounts_used_is_not_negative: { said: flow(`update credit_accounts set used = -1 where company_id = '${company}'`) },
  credit_accounts_limit_is_on_the_wire: { said: adding("credit_accounts", { credit_limit: "9007199254740992" }) },
  credit_accounts_currency_is_iso: { said: adding("credit_accounts", { currency: "eur" }) },
  // What is said is forgotten by the trigger: it was disabled, or the next step would pass by it.
  credit_accounts_step_is_not_kept: {
    said: flow("update credit_accounts set step = 'amend'"),
    putAside: "alter table credit_accounts disable trigger credit_within_limit",
  },
  credit_within_limit: { said: flow(`update credit_accounts set used = credit_limit + 1 where company_id = '${company}'`) },
  offers_currency_is_iso: { said: adding("offers", { currency: "euro" }) },
  offers_price_is_on_the_wire: { said: adding("offers", { unit_price: -1 }) },
  offers_quantities_are_positive: { said: adding("offers", { step: 0 }) },
  offers_tiers_ascend: { said: adding("offers", { tier_quantities: [20, 20] }) },
  // Its path ends in itself, so that only the key is met.
  categories_pkey: { said: adding("categories", { category_id: category, path: [category] }) },
  categories_slug_is_plain: { said: adding("categories", { slug: "Two" }) },
  categories_path_ends_here: { said: adding("categories", { path: [category] }) },
  products_only_rise: { said: byOperator("update products set version = version - 1") },
  variants_gtin_is_valid: { said: adding("variants", { gtin: "96385075" }) },
  variants_weight_is_bounded: { said: adding("variants", { weight_grams: -1 }) },
  offers_lead_time_is_bounded: { said: adding("offers", { lead_time_days: 366 }) },
  offers_follow_their_lifecycle_on_insert: { said: adding("offers", { state: "paused" }), refusesAs: "offers_follow_their_lifecycle" },
  offers_follow_their_lifecycle_on_update: {
    said: bySeller("update offers set version = version + 1, state = 'draft'"),
    refusesAs: "offers_follow_their_lifecycle",
  },
  offers_only_rise: { said: bySeller("update offers set version = version") },
  tax_rates_country_is_alpha2: { said: adding("tax_rates", { country: "at" }) },
  tax_rates_code_fits_rate: { said: adding("tax_rates", { code: "Z" }) },
  tax_rates_exemption_code_is_vatex: {
    said: adding("tax_rates", { code: "E", rate_ppm: 0, exemption_text: "Exempt", exemption_code: "education" }),
  },
  tax_rates_keep_their_end: { said: byOperator("update tax_rates set valid_until = '2022-01-01' where valid_until is not null") },
  price_lists_currency_is_iso: { said: adding("price_lists", { currency: "eur" }) },
  price_lists_end_after_start: { said: adding("price_lists", { valid_until: "2026-01-01" }) },
  price_lists_only_rise: { said: bySeller("update price_lists set version = version") },
  price_list_prices_price_is_on_the_wire: { said: adding("price_list_prices", { tier_prices: [80, -1] }) },
  price_list_prices_tiers_ascend: { said: adding("price_list_prices", { tier_quantities: [20, 20] }) },
  freight_plans_currency_is_iso: { said: adding("freight_plans", { currency: "eur" }) },
  freight_plans_amount_fits_kind: { said: adding("freight_plans", { step_grams: [5_000], step_amounts: [5] }) },
  freight_plans_amounts_are_on_the_wire: { said: adding("freight_plans", { free_from: -1 }) },
  freight_plans_only_rise: { said: bySeller("update freight_plans set version = version where retired_at is null") },
  freight_plans_stay_retired: { said: bySeller("update freight_plans set version = version + 1, retired_at = null") },
  commission_plans_currency_is_iso: { said: adding("commission_plans", { currency: "eur" }) },
  commission_plans_end_after_start: { said: adding("commission_plans", { valid_until: "2026-01-01" }) },
  commission_plans_steps_are_whole: { said: adding("commission_plans", { step_rates: [80_000] }) },
  commission_plans_steps_rise: { said: adding("commission_plans", { step_from: [0, 0] }) },
  commission_plans_steps_are_bounded: { said: adding("commission_plans", { step_rates: [80_000, 500_001] }) },
  commission_plans_one_at_a_time: {
    said: adding("commission_plans", { seller_id: seller, category_id: category, currency: "EUR", valid_from: "2026-12-31" }),
  },
  commission_plans_only_rise: { said: byOperator("update commission_plans set version = version") },
  commission_plans_keep_their_end: { said: byOperator("update commission_plans set version = version + 1, valid_until = '2026-06-01'") },
  commission_plans_stay: {
    said: byOperator("delete from commission_plans"),
    putAside: "grant delete on commission_plans to stoa_operator",
  },
  seller_contracts_credit_risk_is_known: { said: adding("seller_contracts", { credit_risk: "nobody" }) },
  seller_contracts_only_rise: { said: byOperator("update seller_contracts set version = version") },
  order_commissions_credit_risk_is_known: { said: adding("order_commissions", { credit_risk: "nobody" }) },
  order_commissions_tax_is_whole: { said: adding("order_commissions", { tax_code: null, tax_rate_ppm: null }) },
  order_commissions_commission_is_on_the_wire: { said: adding("order_commissions", { commission: -1 }) },
  order_commissions_hash_is_of_the_terms: { said: adding("order_commissions", { terms_hash: short }) },
  // No role may change what was agreed; one that might would meet the trigger.
  order_commissions_stay: {
    said: flow("update order_commissions set credit_risk = 'operator'"),
    putAside: "grant update on order_commissions to stoa_flow",
  },
  commission_statements_currency_is_iso: { said: adding("commission_statements", { currency: "eur" }) },
  commission_statements_code_fits_rate: { said: adding("commission_statements", { exemption_text: "Exempt" }) },
  commission_statements_tax_is_rounded_half_up: { said: flow("update commission_statements set tax = tax + 1") },
  commission_statements_net_is_on_the_wire: {
    said: flow("update commission_statements set net = 9007199254740992, tax = 1711367858400788"),
  },
  commission_statements_closed_is_invoiced: { said: flow("update commission_statements set closed_at = opened_at") },
  commission_statements_only_rise: { said: flow("update commission_statements set entries = entries - 1") },
  commission_statements_stay: {
    said: flow("delete from commission_statements where currency = 'SEK'"),
    putAside: "grant delete on commission_statements to stoa_flow",
  },
  commission_statements_invoice_fkey: {
    said: flow(`update commission_statements set closed_at = opened_at, commission_invoice_id = '${nothing}' where currency = 'SEK'`),
  },
  commission_statements_one_per_invoice: {
    said: flow(`update commission_statements set closed_at = opened_at, commission_invoice_id = '${nothing}' where net > 0`),
    putAside: "alter table commission_statements drop constraint commission_statements_invoice_fkey",
  },
  // A key that the primary key implies is there for the entries to point at.
  commission_statements_rate_key: {
    said: adding("commission_statements", { seller_id: seller, statement_id: standingStatement, tax_rate_ppm: 190_000 }),
    putAside:
      "alter table commission_statements drop constraint commission_statements_pkey, drop constraint commission_statements_statement_id_key",
  },
  commission_entries_numbers_are_positive: { said: adding("commission_entries", { number: 0 }) },
  commission_entries_kind_fits_net: { said: adding("commission_entries", { kind: "reversed" }) },
  commission_entries_tax_is_cumulative: { said: adding("commission_entries", { tax: 9 }) },
  commission_entries_stay: {
    said: flow("delete from commission_entries"),
    putAside: "grant delete on commission_entries to stoa_flow",
  },
  tax_rates_end_after_start: { said: adding("tax_rates", { valid_until: "2021-01-01" }) },
  locations_country_is_alpha2: { said: adding("locations", { country: "D" }) },
  stock_levels_never_oversold: {
    said: flow(`update stock_levels set reserved = on_hand + backorder_limit + 1 where seller_id = '${seller}'`),
  },
  stock_levels_are_bounded: { said: adding("stock_levels", { on_hand: 1_000_000_001 }) },
  stock_operations_kind_is_known: { said: adding("stock_operations", { kind: "steal", reason: "by night" }) },
  stock_operations_have_a_reason: { said: adding("stock_operations", { kind: "restock" }) },
  movements_kind_fits_deltas: { said: adding("movements", { reserved_delta: -1 }) },
  checkouts_payment_method_is_known: { said: adding("checkouts", { payment_method: "cash" }) },
  checkouts_total_is_net_and_tax: { said: adding("checkouts", { total: 120 }) },
  checkouts_total_is_on_the_wire: { said: adding("checkouts", { net: "9007199254740973", total: "9007199254740992" }) },
  checkouts_cancelled_within_total: { said: flow("update checkouts set version = version + 1, cancelled = total + 1") },
  checkouts_reference_is_bounded: { said: adding("checkouts", { client_reference: "x".repeat(65) }) },
  checkouts_worth_is_on_the_wire: { said: flow("update checkouts set version = version + 1, amended = 9007199254740992 - total") },
  checkouts_follow_their_lifecycle_on_insert: {
    said: adding("checkouts", { state: "expired" }),
    refusesAs: "checkouts_follow_their_lifecycle",
  },
  checkouts_follow_their_lifecycle_on_update: {
    said: flow("update checkouts set version = version + 1, state = 'pending_payment'"),
    refusesAs: "checkouts_follow_their_lifecycle",
  },
  checkout_history_actor_is_known: { said: adding("checkout_history", { actor_id: null }) },
  orders_total_is_net_and_tax: { said: adding("orders", { tax: 18 }) },
  orders_cancelled_within_total: { said: flow("update orders set version = version + 1, cancelled = total + 1") },
  orders_follow_their_lifecycle_on_insert: { said: adding("orders", { state: "cancelled" }), refusesAs: "orders_follow_their_lifecycle" },
  orders_follow_their_lifecycle_on_update: {
    said: flow("update orders set version = version + 1, state = 'reserved'"),
    refusesAs: "orders_follow_their_lifecycle",
  },
  order_history_actor_is_known: { said: adding("order_history", { actor_kind: "deadline" }) },
  orders_worth_is_on_the_wire: { said: flow("update orders set version = version + 1, amended = 9007199254740992 - total") },
  order_lines_quantity_is_positive: { said: adding("order_lines", { quantity: 0 }) },
  order_lines_units_within_quantity: { said: flow("update order_lines set cancelled = quantity + 1") },
  order_lines_parts_within_net: { said: flow("update order_lines set cancelled_net = net + 1") },
  order_tax_groups_parts_within_net: { said: flow("update order_tax_groups set shipped_net = net + 1") },
  // Some of the group is left behind, which then could be drawn at a rate that has ended.
  order_tax_groups_amended_whole: { said: flow("update order_tax_groups set amended_net = net - 1 where amendment = 0 and net > 1") },
  // It stands at its group as it was placed; nobody is granted to say another.
  order_freight_is_as_placed: {
    said: flow(
      `insert into order_freight (seller_id, order_id, tax_category, tax_code, tax_rate_ppm, net, amendment)
       select seller_id, order_id, tax_category, tax_code, tax_rate_ppm, 1, 1 from order_tax_groups where amendment = 1`,
    ),
    putAside: "delete from order_freight; grant insert (amendment) on order_freight to stoa_flow",
  },
  order_tax_amendments_pkey: { said: adding("order_tax_amendments", { number: 1, amends: 0, tax_category: "zero" }) },
  order_tax_amendments_from_fkey: { said: adding("order_tax_amendments", { number: 2, amends: 1, tax_category: "none" }) },
  order_tax_amendments_to_fkey: { said: adding("order_tax_amendments", { number: 3, amends: 1 }) },
  order_tax_amendments_number_follows: { said: adding("order_tax_amendments", { number: 2, amends: 2 }) },
  order_tax_amendments_codes_rest_on_rates: { said: adding("order_tax_amendments", { from_code: "K" }) },
  order_tax_amendments_code_fits_rate: { said: adding("order_tax_amendments", { exemption_text: "Exempt" }) },
  order_tax_amendments_change_the_tax: { said: adding("order_tax_amendments", { from_rate_ppm: 190_000 }) },
  order_tax_amendments_net_is_positive: { said: adding("order_tax_amendments", { net: 0, from_tax: 0, to_tax: 0 }) },
  order_tax_amendments_tax_is_rounded_half_up: { said: adding("order_tax_amendments", { to_tax: 3 }) },
  order_tax_amendments_old_tax_is_a_rest: { said: adding("order_tax_amendments", { from_tax: 3 }) },
  order_tax_amendments_cause_is_known: { said: adding("order_tax_amendments", { cause: "generosity" }) },
  orders_freight_within_net: { said: adding("orders", { freight: 101 }) },
  orders_freight_kind_is_known: { said: adding("orders", { freight_kind: "by_air" }) },
  order_freight_parts_within_net: { said: adding("order_freight", { net: 0 }) },
  order_cancellations_shortage_gives_no_reason: { said: adding("order_cancellations", { cause: "stock_shortage" }) },
  order_cancellations_amount_is_not_negative: { said: adding("order_cancellations", { amount: -1 }) },
  order_cancellations_actor_is_known: { said: adding("order_cancellations", { actor_id: null }) },
  order_cancellation_lines_quantity_is_positive: { said: adding("order_cancellation_lines", { quantity: 0 }) },
  order_cancellation_lines_net_is_gross_less_discount: { said: adding("order_cancellation_lines", { net: 91 }) },
  order_requests_kind_is_known: { said: adding("order_requests", { kind: "favour" }) },
  order_requests_open_is_unanswered: { said: flow("update order_requests set version = version + 1, answered_at = stoa_now()") },
  order_requests_follow_their_lifecycle_on_insert: {
    said: adding("order_requests", { state: "granted" }),
    refusesAs: "order_requests_follow_their_lifecycle",
    putAside: "alter table order_requests drop constraint order_requests_open_is_unanswered",
  },
  order_requests_follow_their_lifecycle_on_update: {
    said: flow("update order_requests set version = version + 1, state = 'forgotten', answered_at = stoa_now()"),
    refusesAs: "order_requests_follow_their_lifecycle",
  },
  order_requests_only_rise: { said: flow("update order_requests set version = version") },
  // The row of another seller: with its own the primary key would be there first.
  order_requests_request_id_key: { said: adding("order_requests", { seller_id: otherSeller, request_id: standingRequest }) },
  order_request_lines_quantity_is_not_negative: { said: adding("order_request_lines", { quantity: -1 }) },
  // The row of another seller: with its own the primary key would be there first.
  shipments_shipment_id_key: { said: adding("shipments", { seller_id: otherSeller, shipment_id: standingShipment }) },
  shipments_number_is_positive: { said: adding("shipments", { number: 0 }) },
  shipments_resolution_is_known: { said: flow("update shipments set version = version + 1, resolution = 'forgiven'") },
  shipments_refused_is_credited: { said: flow("update shipments set version = version + 1, state = 'refused', shipped_at = packed_at") },
  shipments_shipped_has_its_time: { said: flow("update shipments set version = version + 1, state = 'shipped'") },
  shipments_ended_has_its_time: { said: flow("update shipments set version = version + 1, state = 'cancelled'") },
  shipments_times_rise: {
    said: flow("update shipments set version = version + 1, state = 'shipped', shipped_at = packed_at - interval '1 second'"),
  },
  shipments_forced_is_shipped: { said: flow("update shipments set version = version + 1, forced_reason = 'first come'") },
  shipments_follow_their_lifecycle_on_insert: {
    said: adding("shipments", { state: "cancelled" }),
    refusesAs: "shipments_follow_their_lifecycle",
    putAside: "alter table shipments drop constraint shipments_ended_has_its_time",
  },
  shipments_follow_their_lifecycle_on_update: {
    said: flow("update shipments set version = version + 1, state = 'delivered', shipped_at = packed_at, ended_at = packed_at"),
    refusesAs: "shipments_follow_their_lifecycle",
  },
  shipments_only_rise: { said: flow("update shipments set version = version") },
  shipment_lines_quantity_is_positive: { said: adding("shipment_lines", { quantity: 0 }) },
  shipment_lines_net_is_gross_less_discount: { said: flow("update shipment_lines set gross = 100, discount = 10, net = 91") },
  shipment_lines_back_within_quantity: { said: flow("update shipment_lines set restocked = quantity, scrapped = 1") },
  shipment_lines_only_rise: { said: flow("update shipment_lines set scrapped = scrapped - 1") },
  shipment_history_actor_is_known: { said: adding("shipment_history", { actor_id: null }) },
  order_lines_net_is_gross_less_discount: { said: adding("order_lines", { net: 99 }) },
  order_tax_groups_tax_is_rounded_half_up: { said: adding("order_tax_groups", { tax: 8 }) },
  reservations_quantity_is_positive: { said: adding("reservations", { backordered: 2 }) },
  checkouts_only_rise: { said: flow("update checkouts set version = version") },
  orders_only_rise: { said: flow("update orders set version = version") },
  order_lines_only_rise: { said: flow("update order_lines set cancelled = cancelled - 1") },
  order_tax_groups_only_rise: { said: flow("update order_tax_groups set shipped_net = shipped_net - 1") },
  order_freight_only_rises: { said: flow("update order_freight set charged = charged - 1") },
  reservations_given_only_rise: { said: flow("update reservations set released = released - 1") },
  event_sequencer_only_rises: { said: { role: "stoa_sequencer", text: "update event_sequencer set last_position = last_position - 1" } },
  api_keys_stay_revoked: { said: { role: "stoa_operator", text: "update api_keys set revoked_at = null where revoked_at is not null" } },
  reservations_never_given_twice: { said: flow(`update reservations set released = quantity + 1 where seller_id = '${seller}'`) },
  ledger_accounts_kind_fits_party: { said: adding("ledger_accounts", { kind: "bank" }) },
  ledger_accounts_subject_is_whole: { said: adding("ledger_accounts", { subject_type: "checkout" }) },
  ledger_accounts_currency_is_iso: { said: adding("ledger_accounts", { currency: "eur" }) },
  // No role may change what was booked; one that might would meet the trigger.
  ledger_accounts_stay: {
    said: flow("update ledger_accounts set currency = 'SEK'"),
    putAside: "grant update on ledger_accounts to stoa_flow",
  },
  ledger_transactions_stay: {
    said: flow("update ledger_transactions set cause = 'other'"),
    putAside: "grant update on ledger_transactions to stoa_flow",
  },
  ledger_transfers_stay: {
    said: flow("delete from ledger_transfers"),
    putAside: "grant delete on ledger_transfers to stoa_flow",
  },
  ledger_transactions_actor_is_known: { said: adding("ledger_transactions", { actor_id: null }) },
  ledger_transfers_number_is_positive: { said: adding("ledger_transfers", { number: 0 }) },
  ledger_transfers_amount_is_on_the_wire: { said: adding("ledger_transfers", { amount: 0 }) },
  ledger_transfers_two_accounts: { said: adding("ledger_transfers", { credit_account_id: bankAccount, credit_party_id: nobody }) },
  ledger_transfers_fit_their_accounts: { said: adding("ledger_transfers", { currency: "SEK" }) },
  ledger_balances_are_whole: { said: adding("ledger_balances", { debited: "0.5" }) },
  ledger_balances_only_rise: { said: flow("update ledger_balances set debited = debited - 1") },
  ...paperProbes(adding, (table) => tables[table]?.standing[0] ?? {}),
  bank_accounts_currency_is_iso: { said: adding("bank_accounts", { currency: "eur" }) },
  bank_accounts_closing_has_its_day: { said: flow("update bank_accounts set closing = 1") },
  bank_statements_format_is_known: { said: adding("bank_statements", { format: "mt940" }) },
  bank_statements_taken_within_lines: { said: adding("bank_statements", { taken: 0, fresh: 1 }) },
  bank_statements_continuity_is_known: { said: adding("bank_statements", { taken: 2, continuity: "unsure" }) },
  bank_statements_told_with_the_last_line: { said: adding("bank_statements", { continuity: "first" }) },
  bank_statements_break_has_its_difference: { said: adding("bank_statements", { difference: 1 }) },
  bank_statements_only_rise: { said: flow("update bank_statements set fresh_amount = fresh_amount + 1") },
  bank_lines_identity_is_a_hash: { said: adding("bank_lines", { identity: "B-2" }) },
  bank_lines_direction_is_known: { said: adding("bank_lines", { direction: "out" }) },
  bank_lines_amount_is_positive: { said: adding("bank_lines", { amount: 9_007_199_254_740_992n }) },
  bank_lines_by_hand_have_no_account: { said: adding("bank_lines", { account: "AT1" }) },
  bank_lines_by_hand_have_a_reference: { said: adding("bank_lines", { bank_reference: null }) },
  bank_lines_recorded_names_its_line: { said: adding("bank_lines", { state: "recorded" }) },
  bank_lines_reason_is_told: { said: adding("bank_lines", { reason: null }) },
  bank_lines_allocated_within_amount: { said: adding("bank_lines", { allocated: -1 }) },
  bank_lines_state_follows_allocated: {
    said: flow(`update bank_lines set version = version + 1, state = 'assigned' where line_id = '${standingBankLine}'`),
  },
  bank_lines_follow_their_lifecycle_on_insert: {
    said: adding("bank_lines", { state: "assigned", allocated: 119 }),
    refusesAs: "bank_lines_follow_their_lifecycle",
  },
  bank_lines_follow_their_lifecycle_on_update: {
    said: flow(`update bank_lines set version = version + 1, state = 'matched', allocated = amount where line_id = '${standingBankLine}'`),
    refusesAs: "bank_lines_follow_their_lifecycle",
  },
  bank_lines_only_rise: { said: flow("update bank_lines set version = version") },
  bank_statements_account_fkey: { said: adding("bank_statements", { account: "AT9" }) },
  bank_lines_account_fkey: { said: adding("bank_lines", { currency: "SEK" }) },
  bank_lines_statement_fkey: { said: adding("bank_lines", { statement_id: nothing, account: "AT1" }) },
  bank_lines_recorded_line_fkey: { said: adding("bank_lines", { state: "recorded", recorded_line: nothing }) },
  bank_lines_told_again_once: { said: adding("bank_lines", { state: "recorded", recorded_line: standingBankLine }) },
  bank_allocations_undoes_fkey: { said: adding("bank_allocations", { number: 9, undoes: 8, amount: -1 }) },
  bank_allocations_undone_once: { said: adding("bank_allocations", { undoes: 1, amount: -1 }) },
  bank_allocations_settlement_fkey: {
    said: adding("bank_allocations", { target: "invoice", seller_id: seller, settlement: 1 }),
  },
  bank_allocations_target_is_known: { said: adding("bank_allocations", { target: "bank" }) },
  bank_allocations_invoice_has_its_settlement: { said: adding("bank_allocations", { settlement: 1 }) },
  bank_allocations_company_is_named: { said: adding("bank_allocations", { company_id: null }) },
  bank_allocations_number_is_positive: { said: adding("bank_allocations", { number: 0 }) },
  bank_allocations_undo_is_opposite: { said: adding("bank_allocations", { amount: -1 }) },
  ...Object.fromEntries(
    ["bank_accounts", "bank_statements", "bank_lines", "bank_allocations"].map((table) => [
      `${table}_stay`,
      { said: flow(`delete from ${table}`), putAside: `grant delete on ${table} to stoa_flow` },
    ]),
  ),
  checkouts_payment_reference: { said: adding("checkouts", { payment_method: "bank_transfer", payment_reference: "RF04A1" }) },
  checkouts_payment_reference_is_iso: { said: adding("checkouts", { payment_reference: "12345" }) },
  events_position_is_given_once: { said: { role: "stoa_sequencer", text: "update events set position = 7 where position is not null" } },
  event_audiences_position_is_given_once: {
    said: { role: "stoa_sequencer", text: "update event_audiences set position = 7 where position is not null" },
  },
  events_position_key: { said: { role: "stoa_sequencer", text: "update events set position = 1 where position is null" } },
  event_audiences_position_key: {
    said: { role: "stoa_sequencer", text: "update event_audiences set position = 1 where position is null" },
  },
  lifecycle_edges_pkey: { said: { role: "owner", text: "insert into lifecycle_edges select * from lifecycle_edges limit 1" } },
  event_sequencer_pkey: { said: adding("event_sequencer") },
  order_tax_groups_pkey: { said: adding("order_tax_groups", { tax_category: "standard", tax_rate_ppm: 190_000, tax: 19 }) },
  // A key that the primary key implies is there for a foreign key to point at.
  organisations_kind_key: {
    said: adding("organisations", { organisation_id: operator, kind: "operator" }),
    putAside: "alter table organisations drop constraint organisations_pkey cascade; drop index organisations_one_operator",
  },
};

// Of the rows that stand, the one that a partial index or a later one is about; the first otherwise.
const standingFor: Readonly<Record<string, number>> = {
  movements_once_per_cause: 1,
  event_audiences_unnumbered: 1,
  shipments_one_replacement: 1,
};

/**
 * The probe of a named guard. A key is probed by a new row that has the key of one that stands, a foreign key by one that points at
 * nothing, each made from the schema; a CHECK and a trigger by what is written down for it.
 *
 * @returns undefined when nothing is written down for it
 */
export function probeOf({ name, table, kind, columns }: Constraint): Probe | undefined {
  const written = handmade[name];
  if (written !== undefined) return written;
  if (tables[table] === undefined) return undefined;
  if (kind === "p" || kind === "u" || kind === "i") return { said: doubling(name, table, columns) };
  if (kind === "f") return { said: pointingAtNothing(table, columns) };
  return undefined;
}

function doubling(name: string, table: string, columns: Constraint["columns"]): Said {
  const standing = tables[table]?.standing[standingFor[name] ?? 0] ?? {};
  const base = name === "movements_once_per_operation" ? { ...standing, movement_id: nothing } : {};
  const same = Object.fromEntries(columns.map((column) => [column.name, standing[column.name] ?? null]));
  return adding(table, { ...base, ...same });
}

function pointingAtNothing(table: string, columns: Constraint["columns"]): Said {
  const last = columns.findLast(({ type }) => type === "uuid");
  if (last === undefined) throw new Error(`a foreign key of ${table} has no uuid`);
  return adding(table, { [last.name]: nothing });
}

/** Takes a named guard away. */
export function dropping({ name, table, kind }: Constraint): string {
  if (kind === "i") return `drop index ${name}`;
  if (kind === "t") return `drop trigger ${name} on ${table}`;
  return `alter table ${table} drop constraint ${name} cascade`;
}

/** Which of the probes are written down, so that one whose guard is gone is seen. */
export const writtenDown: readonly string[] = Object.keys(handmade);

/** Guards that stand before another one: without the first the same statement meets the second. */
export const behind: Readonly<Record<string, string>> = {
  ...behindPapers,
  api_keys_pkey: "api_keys_key_id_key",
  bank_accounts_stay: "bank_lines_account_fkey",
  bank_lines_stay: "bank_allocations_line_fkey",
  bank_statements_stay: "bank_lines_statement_fkey",
  checkouts_pkey: "checkouts_checkout_id_key",
  checkouts_total_is_on_the_wire: "checkouts_worth_is_on_the_wire",
  companies_organisation_fkey: "companies_contact_fkey",
  commission_statements_pkey: "commission_statements_statement_id_key",
  companies_pkey: "companies_contact_fkey",
  offers_pkey: "offers_offer_id_key",
  operator_profiles_stay: "commission_plans_operator_fkey",
  order_freight_only_rises: "order_freight_parts_within_net",
  order_lines_only_rise: "order_lines_units_within_quantity",
  order_requests_pkey: "order_requests_request_id_key",
  order_requests_request_id_key: "order_requests_order_fkey",
  order_tax_amendments_from_fkey: "order_tax_amendments_to_fkey",
  order_tax_amendments_order_fkey: "order_tax_amendments_from_fkey",
  order_tax_amendments_pkey: "order_tax_amendments_to_fkey",
  order_tax_groups_only_rise: "order_tax_groups_parts_within_net",
  operator_profiles_operator_fkey: "series_prefixes_issuer_fkey",
  orders_pkey: "orders_order_id_key",
  reservations_given_only_rise: "reservations_never_given_twice",
  shipment_lines_only_rise: "shipment_lines_back_within_quantity",
  shipments_pkey: "shipments_shipment_id_key",
  shipments_refused_is_credited: "shipments_follow_their_lifecycle",
  shipments_shipment_id_key: "shipments_order_fkey",
  sellers_active_is_complete: "sellers_follow_their_lifecycle",
  sellers_organisation_fkey: "sellers_contact_fkey",
  sellers_pkey: "sellers_contact_fkey",
  sellers_series_prefix_key: "series_prefixes_prefix_key",
};
