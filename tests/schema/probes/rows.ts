import { createHash } from "node:crypto";
import { paperTables } from "./paper-rows.ts";
import type { Row } from "./row.ts";

export type { Row } from "./row.ts";

const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
const id = (number: number): string => `01900000-00aa-7000-8000-${number.toString(16).padStart(12, "0")}`;

export const operator = id(1);
export const seller = id(2);
export const company = id(3);
export const otherSeller = id(4);
export const otherCompany = id(5);
const [newSeller, newCompany, newOrganisation] = [id(6), id(7), id(8)];
const [person, otherPerson, newPerson, companyPerson, otherCompanyPerson] = [id(11), id(12), id(13), id(14), id(15)];
const [newSellerPerson, newCompanyPerson, bornPerson] = [id(16), id(17), id(18)];
const [product, variant, otherVariant, newVariant] = [id(21), id(22), id(23), id(24)];
export const category = id(26);
const newCategory = id(27);
const [offer, otherOffer, newOffer] = [id(31), id(32), id(33)];
const [location, otherLocation, newLocation] = [id(41), id(42), id(43)];
const [checkout, otherCheckout, newCheckout] = [id(51), id(52), id(53)];
const [order, otherOrder] = [id(61), id(62)];
const [reservation, newReservation] = [id(71), id(72)];
const [event, waitingEvent, newEvent] = [id(81), id(82), id(83)];
const at = "2026-01-01T00:00:00Z";

/** Whose answers are those of strangers. */
export const nobody = "00000000-0000-0000-0000-000000000000";

const answer = {
  organisation_id: company,
  operation: "POST /v1/buyer/checkouts",
  key_hash: hash("key"),
  idempotency_id: id(101),
  fingerprint: hash("request"),
  principal_id: id(102),
  status: 201,
  answered_at: at,
  content_type: "application/json",
  body: Buffer.from("{}"),
};
const fact = {
  organisation_id: company,
  subject_id: checkout,
  subject_version: 1,
  event_id: event,
  type: "checkout.confirmed",
  subject_type: "checkout",
  occurred_at: at,
  request_id: "req",
  data: "{}",
  position: 1,
};
const entry = {
  audit_id: id(111),
  at,
  organisation_id: operator,
  principal_id: id(102),
  action: "operator.sellers.create",
  subject_type: "seller",
  subject_id: seller,
  request_id: "req",
};
const address = { street: "Street 1", city: "City", postal_code: "10000", country: "DE", version: 1, created_at: at };
const key = {
  organisation_id: operator,
  key_id: id(102),
  kind: "operator",
  role: "admin",
  name: "key",
  secret_hash: hash("secret"),
  created_at: at,
};
const anOffer = {
  seller_id: seller,
  offer_id: offer,
  variant_id: variant,
  reference: "R-1",
  currency: "EUR",
  unit_price: 100,
  price_per: 1,
  minimum: 1,
  step: 1,
  tier_quantities: [10, 20],
  tier_prices: [90, 80],
  tax_category: "standard",
  state: "active",
  version: 1,
  changed_at: at,
};
const aVariant = { product_id: product, title: "V", unit: "C62", attributes: "{}" };
const aCategory = { category_id: category, slug: "one", name: "One", path: [category], version: 1, changed_at: at };
const aList = {
  seller_id: seller,
  price_list_id: id(171),
  name: "List",
  currency: "EUR",
  valid_from: "2026-01-01",
  version: 1,
  changed_at: at,
};
const listed = {
  ...{ seller_id: seller, price_list_id: id(171), offer_id: offer, unit_price: 90 },
  ...{ tier_quantities: [10, 20], tier_prices: [80, 70] },
};
const aPlan = {
  ...{ seller_id: seller, freight_plan_id: id(174), name: "Plan", kind: "flat", currency: "EUR", amount: 5 },
  ...{ step_grams: [], step_amounts: [], countries: ["DE"], version: 1, changed_at: at },
};
const aCommissionPlan = {
  ...{ operator_id: operator, commission_plan_id: id(301), name: "Plan", seller_id: seller, category_id: category, currency: "EUR" },
  ...{ step_from: [0, 100], step_rates: [80_000, 60_000], step_fixed: [30, 0], on_freight: true, returned_on_write_off: false },
  ...{ valid_from: "2026-01-01", valid_until: "2027-01-01", version: 1, changed_at: at },
};
const orderTerms = '{"lines":[],"freight":{"commission":0},"returned_on_write_off":false}';
const aStatement = {
  ...{ seller_id: seller, statement_id: id(303), currency: "EUR", tax_code: "S", tax_rate_ppm: 190_000, opened_at: at },
};
const aCharge = {
  ...{ seller_id: seller, statement_id: id(303), number: 1, kind: "charged", document_id: id(306), occurrence: 1 },
  ...{ net: 100, tax: 19, net_after: 100, tax_rate_ppm: 190_000, at },
};
const rate = { tax_rate_id: id(121), country: "DE", category: "standard", code: "S", rate_ppm: 190_000, valid_from: "2020-01-01" };
const level = { seller_id: seller, offer_id: offer, location_id: location, on_hand: 10, reserved: 1, backorder_limit: 0 };
const operation = { seller_id: seller, operation_id: id(131), kind: "receive", principal_id: id(102), idempotency_id: id(132), at };
const received = {
  seller_id: seller,
  movement_id: id(141),
  offer_id: offer,
  location_id: location,
  kind: "receive",
  on_hand_delta: 10,
  reserved_delta: 0,
  cause_type: "stock_operation",
  cause_id: id(131),
  reservation_id: null,
  at,
};
const reserved = {
  ...received,
  movement_id: id(142),
  kind: "reserve",
  on_hand_delta: 0,
  reserved_delta: 1,
  cause_type: "order_placed",
  cause_id: order,
  reservation_id: reservation,
};
const amounts = { net: 100, tax: 19, total: 119 };
const aCheckout = {
  company_id: company,
  checkout_id: checkout,
  client_reference: "PO-1",
  state: "confirmed",
  version: 1,
  payment_method: "on_account",
  currency: "EUR",
  ...amounts,
  placed_at: at,
  placed_by: id(102),
  idempotency_id: id(151),
  snapshot: "{}",
  snapshot_hash: hash("{}"),
};
const step = {
  version: 1,
  from_state: "",
  event: "place",
  to_state: "confirmed",
  actor_kind: "company",
  actor_id: id(102),
  cause: "placed",
  at,
};
const anOrder = {
  seller_id: seller,
  order_id: order,
  company_id: company,
  checkout_id: checkout,
  state: "confirmed",
  version: 1,
  dispatch_country: "DE",
  currency: "EUR",
  ...amounts,
  placed_at: at,
  seller_name: "Seller",
  company_name: "Company",
  line_count: 1,
  snapshot: "{}",
  snapshot_hash: hash("{}"),
};
const line = {
  seller_id: seller,
  order_id: order,
  line_number: 1,
  offer_id: offer,
  quantity: 1,
  unit_price: 100,
  price_per: 1,
  gross: 100,
  discount: 0,
  net: 100,
  tax_category: "standard",
  tax_code: "S",
  tax_rate_ppm: 190_000,
};
const group = { seller_id: seller, order_id: order, tax_category: "standard", tax_code: "S", tax_rate_ppm: 190_000, net: 100, tax: 19 };
export const standingRequest = id(183);
export const standingStatement = id(303);
const zeroRated = { tax_category: "zero", tax_code: "Z", tax_rate_ppm: 0 };
const freight = { seller_id: seller, order_id: order, tax_category: "standard", tax_code: "S", tax_rate_ppm: 190_000, net: 10 };
const cancellation = {
  ...{ seller_id: seller, cancellation_id: id(181), order_id: order, company_id: company },
  ...{ actor_kind: "company", actor_id: id(102), cause: "company_cancelled", reason: "late", amount: 0, at },
};
const cancelledPart = { seller_id: seller, cancellation_id: id(181), quantity: 1, gross: 100, discount: 10, net: 90 };
const question = {
  ...{
    seller_id: seller,
    request_id: standingRequest,
    order_id: order,
    company_id: company,
    kind: "acceptance",
    state: "open",
    version: 1,
  },
  ...{ asked_by: id(102), reason: "", asked_at: at, answer_before: at, idempotency_id: id(185) },
};
const held = {
  seller_id: seller,
  reservation_id: reservation,
  order_id: order,
  line_number: 1,
  offer_id: offer,
  location_id: location,
  quantity: 1,
  backordered: 0,
  replacement: 0,
};
export const standingShipment = id(190);
const parcel = {
  ...{ seller_id: seller, shipment_id: standingShipment, order_id: order, company_id: company, number: 1, location_id: location },
  ...{ state: "packed", version: 1, packed_at: at, idempotency_id: id(194) },
};
const inParcel = { seller_id: seller, shipment_id: standingShipment, reservation_id: reservation, quantity: 1 };
const packing = {
  ...{ seller_id: seller, shipment_id: standingShipment, version: 1, from_state: "", event: "pack", to_state: "packed" },
  ...{ actor_kind: "seller", actor_id: id(102), cause: "shipment_packed", at },
};
const amendment = {
  ...{
    seller_id: seller,
    order_id: order,
    number: 1,
    company_id: company,
    shipment_id: standingShipment,
    tax_category: "standard",
    amends: 0,
  },
  ...{ from_code: "S", from_rate_ppm: 160_000, from_tax: 1, to_code: "S", to_rate_ppm: 190_000, to_tax: 2, net: 10 },
  ...{ exemption_code: null, exemption_text: null, supplied_on: "2026-01-01", cause: "rate_ended", at },
};
export const standingBankLine = id(161);
const bankLine = {
  ...{
    line_id: standingBankLine,
    identity: "a".repeat(64),
    statement_id: null,
    account: "",
    direction: "credit",
    amount: 119,
    currency: "EUR",
  },
  ...{ booked_on: "2026-01-01", bank_reference: "B-1", texts: [], is_return: false, state: "unmatched", reason: "no_reference" },
  ...{ recorded_by: id(102), idempotency_id: id(162), at },
};
const bankStatement = {
  ...{ statement_id: id(165), fingerprint: "a".repeat(64), account: "AT1", currency: "EUR", bank_id: "S-1", format: "csv" },
  ...{ file_hash: hash("file"), opening: 0, opening_on: "2026-01-01", closing: 0, closing_on: "2026-01-01", lines: 2, skipped: 0 },
  ...{ imported_by: id(102), idempotency_id: id(162), at },
};
const bankAllocation = {
  ...{ line_id: standingBankLine, number: 1, target: "company", target_id: company, company_id: company, amount: 1, actor_id: id(102), at },
};
const { version: _version, created_at: _createdAt, ...place } = address;
const aSeller = {
  ...{ seller_id: seller, name: "Seller", ...address, contact_person_id: person, state: "applied" },
  ...{ tax_number: "DE1", mandate_at: at, mandate_by: person, series_prefix: "ONE" },
};
const anOperator = {
  ...{ operator_id: operator, name: "Operator", ...place, tax_number: "DE2", iban: "DE02120300000000202051", account_holder: "Operator" },
  ...{ series_prefix: "OPERATOR", time_zone: "UTC", version: 1, changed_at: at },
};
const aCompany = { company_id: company, name: "Company", ...address, contact_person_id: companyPerson, state: "pending" };
const birth = { version: 1, from_state: "", actor_kind: "operator", actor_id: id(102), cause: "added", at };
const applying = { seller_id: seller, ...birth, event: "apply", to_state: "applied" };
const registering = { company_id: company, ...birth, event: "register", to_state: "pending" };
const anAddress = { company_id: company, address_id: id(171), name: "Warehouse", ...place, version: 1 };
const aHold = {
  hold_id: id(170),
  subject_type: "seller",
  subject_id: seller,
  reason: "To be looked at",
  owner_kind: "key",
  owner_id: id(102),
  look_again_on: "2026-01-02",
  placed_at: at,
  placed_by: id(102),
  idempotency_id: id(171),
  version: 1,
};
export const bankAccount = id(201);
const fundsAccount = id(202);
const bank = { account_id: bankAccount, kind: "bank", party_id: nobody, subject_id: nobody, currency: "EUR", opened_at: at };
const funds = {
  ...bank,
  account_id: fundsAccount,
  kind: "customer_funds",
  party_id: company,
  subject_type: "checkout",
  subject_id: checkout,
};
const booking = {
  ...{ transaction_id: id(211), kind: "receipt_booked", business_key: "one", at, record_type: "receipt", record_id: id(161) },
  ...{ actor_kind: "operator", actor_id: id(102), cause: "bank_receipt" },
};
const transfer = {
  ...{ transaction_id: id(211), number: 1, debit_account_id: bankAccount, debit_party_id: nobody },
  ...{ credit_account_id: fundsAccount, credit_party_id: company, amount: 119, currency: "EUR", at },
};
const somebody = (organisation_id: string, person_id: string): Row => ({
  organisation_id,
  person_id,
  name: "Somebody",
  email: "somebody@example.com",
});

/**
 * What stands in the tables while they are probed, in the order in which it can be inserted, and for each table a row that may be added.
 * The new row differs from those that stand in every column of every key, so that a probe meets only the guard that it is about.
 */
export const tables: Readonly<Record<string, { readonly standing: readonly Row[]; readonly fresh: Row }>> = {
  clock_offset: { standing: [{ only_row: true, offset_by: "0" }], fresh: { only_row: true, offset_by: "0" } },
  idempotency: {
    standing: [answer, { ...answer, organisation_id: nobody, operation: "POST /v1/public/registrations/sellers", idempotency_id: id(104) }],
    fresh: {
      ...answer,
      organisation_id: otherCompany,
      operation: "POST /v1/buyer/orders/{id}/cancel",
      key_hash: hash("new key"),
      idempotency_id: id(103),
    },
  },
  lifecycle_edges: { standing: [], fresh: { machine: "new", from_state: "a", event: "b", to_state: "c", since: "1" } },
  events: {
    standing: [fact, { ...fact, subject_id: order, event_id: waitingEvent, position: null }],
    fresh: { ...fact, organisation_id: seller, subject_id: otherOrder, subject_version: 2, event_id: newEvent, position: null },
  },
  event_audiences: {
    standing: [
      { organisation_id: company, event_id: event, envelope: "{}", position: 1 },
      { organisation_id: company, event_id: waitingEvent, envelope: "{}", position: null },
    ],
    fresh: { organisation_id: seller, event_id: newEvent, envelope: "{}", position: null },
  },
  event_sequencer: { standing: [], fresh: { only_row: true, last_position: 0 } },
  deadlines: {
    standing: [
      { organisation_id: company, kind: "checkout_payment", subject_id: checkout, due_at: at },
      { organisation_id: company, kind: "company_review", subject_id: company, due_at: at },
      { organisation_id: seller, kind: "order_late", subject_id: order, due_at: at },
      { organisation_id: seller, kind: "order_request", subject_id: standingRequest, due_at: at },
    ],
    fresh: { organisation_id: otherCompany, kind: "company_review", subject_id: otherCompany, due_at: at },
  },
  audit_entries: { standing: [entry], fresh: { ...entry, audit_id: id(112) } },
  organisations: {
    standing: [
      { organisation_id: operator, kind: "operator", created_at: at },
      ...[seller, otherSeller, newSeller].map((each) => ({ organisation_id: each, kind: "seller", created_at: at })),
      ...[company, otherCompany, newCompany].map((each) => ({ organisation_id: each, kind: "company", created_at: at })),
    ],
    fresh: { organisation_id: newOrganisation, kind: "seller", created_at: at },
  },
  persons: {
    standing: [
      somebody(seller, person),
      somebody(otherSeller, otherPerson),
      somebody(seller, newPerson),
      somebody(newSeller, newSellerPerson),
      somebody(company, companyPerson),
      somebody(otherCompany, otherCompanyPerson),
      somebody(newCompany, newCompanyPerson),
    ],
    fresh: somebody(otherSeller, bornPerson),
  },
  person_keys: {
    standing: [{ organisation_id: seller, person_id: person, secret: hash("person") }],
    fresh: { organisation_id: otherSeller, person_id: otherPerson, secret: hash("other") },
  },
  members: {
    standing: [
      { organisation_id: seller, person_id: person, kind: "seller", role: "owner", version: 1, created_at: at },
      { organisation_id: company, person_id: companyPerson, kind: "company", role: "owner", version: 1, created_at: at },
    ],
    fresh: { organisation_id: otherSeller, person_id: otherPerson, kind: "seller", role: "owner", version: 1, created_at: at },
  },
  holds: {
    standing: [aHold],
    fresh: { ...aHold, hold_id: id(172), idempotency_id: id(173) },
  },
  api_keys: {
    standing: [key, { ...key, organisation_id: company, key_id: id(104), kind: "company", role: "owner", revoked_at: at }],
    fresh: { ...key, organisation_id: seller, key_id: id(105), kind: "seller", role: "owner" },
  },
  sellers: {
    standing: [aSeller, { ...aSeller, seller_id: otherSeller, name: "Other seller", contact_person_id: otherPerson, series_prefix: null }],
    fresh: { ...address, seller_id: newSeller, state: "applied", name: "New seller", contact_person_id: newSellerPerson },
  },
  operator_profiles: { standing: [anOperator], fresh: { ...anOperator, operator_id: otherCompany, series_prefix: "OTHER" } },
  series_prefixes: { standing: [], fresh: { issuer_id: otherCompany, prefix: "FRESH" } },
  seller_history: {
    standing: [applying],
    fresh: { ...applying, seller_id: otherSeller, actor_kind: "public", actor_id: null },
  },
  companies: {
    standing: [aCompany, { ...aCompany, company_id: otherCompany, name: "Other company", contact_person_id: otherCompanyPerson }],
    fresh: { ...address, company_id: newCompany, state: "pending", name: "New company", contact_person_id: newCompanyPerson },
  },
  company_history: {
    standing: [registering],
    fresh: { ...registering, company_id: otherCompany, actor_kind: "public", actor_id: null },
  },
  company_addresses: {
    standing: [anAddress],
    fresh: { ...anAddress, company_id: otherCompany, address_id: id(172) },
  },
  tax_numbers: {
    standing: [{ organisation_id: seller, country: "AT", number: "ATU1", changed_at: at }],
    fresh: { organisation_id: company, country: "FR", number: "FR1", changed_at: at },
  },
  credit_accounts: {
    standing: [{ company_id: company, currency: "EUR", credit_limit: 1_000, version: 1 }],
    fresh: { company_id: otherCompany, currency: "USD", credit_limit: 1_000, version: 1 },
  },
  categories: {
    standing: [aCategory],
    fresh: { ...aCategory, category_id: newCategory, parent_id: category, slug: "two", path: [category, newCategory] },
  },
  products: {
    standing: [{ product_id: product, title: "Product", category_id: category, created_at: at }],
    fresh: { product_id: id(25), title: "New", category_id: category, created_at: at },
  },
  variants: {
    standing: [
      { ...aVariant, variant_id: variant, sku: "one", gtin: "4006381333931" },
      { ...aVariant, variant_id: otherVariant, sku: "other", gtin: null },
    ],
    fresh: { ...aVariant, variant_id: newVariant, sku: "new", gtin: "96385074" },
  },
  offers: {
    standing: [anOffer, { ...anOffer, offer_id: otherOffer, reference: "R-2", state: "draft" }],
    fresh: { ...anOffer, seller_id: otherSeller, offer_id: newOffer, reference: "R-3", variant_id: otherVariant },
  },
  price_lists: {
    standing: [aList, { ...aList, price_list_id: id(172), name: "Second" }],
    fresh: { ...aList, seller_id: otherSeller, price_list_id: id(173), name: "New" },
  },
  price_list_companies: {
    standing: [{ seller_id: seller, price_list_id: id(171), company_id: company }],
    fresh: { seller_id: seller, price_list_id: id(172), company_id: otherCompany },
  },
  price_list_prices: { standing: [listed], fresh: { ...listed, price_list_id: id(172), offer_id: otherOffer } },
  freight_plans: {
    standing: [aPlan, { ...aPlan, freight_plan_id: id(175), name: "Retired", retired_at: at }],
    fresh: { ...aPlan, seller_id: otherSeller, freight_plan_id: id(176), name: "New" },
  },
  commission_plans: {
    standing: [aCommissionPlan],
    fresh: {
      ...aCommissionPlan,
      commission_plan_id: id(302),
      seller_id: otherSeller,
      category_id: null,
      currency: "SEK",
      valid_until: null,
    },
  },
  seller_contracts: {
    standing: [{ seller_id: seller, credit_risk: "operator", version: 2, changed_at: at }],
    fresh: { seller_id: otherSeller, credit_risk: "seller", version: 2, changed_at: at },
  },
  commission_statements: {
    standing: [
      { ...aStatement, net: 100, tax: 19, entries: 1 },
      { ...aStatement, statement_id: id(304), currency: "SEK", net: 50, tax: 10 },
      { ...aStatement, seller_id: otherSeller, statement_id: id(305) },
    ],
    // What counts up stands at its default: nobody may begin in the middle.
    fresh: { ...aStatement, seller_id: otherSeller, statement_id: id(307), currency: "NOK", tax_rate_ppm: 200_000 },
  },
  commission_entries: {
    standing: [aCharge],
    fresh: {
      ...{ ...aCharge, seller_id: otherSeller, statement_id: id(305), number: 2, kind: "write_off_undone", document_id: id(308) },
      ...{ occurrence: 2, net: 50, tax: 10, net_after: 50 },
    },
  },
  tax_rates: {
    standing: [rate, { ...rate, tax_rate_id: id(123), country: "FR", valid_until: "2021-01-01" }],
    fresh: { ...rate, tax_rate_id: id(122), country: "AT", category: "reduced", valid_from: "2021-01-01" },
  },
  locations: {
    standing: [
      { seller_id: seller, location_id: location, name: "Main", country: "DE", version: 1, created_at: at },
      { seller_id: seller, location_id: otherLocation, name: "Second", country: "DE", version: 1, created_at: at },
    ],
    fresh: { seller_id: otherSeller, location_id: newLocation, name: "New", country: "DE", version: 1, created_at: at },
  },
  stock_levels: {
    standing: [level, { ...level, location_id: otherLocation, reserved: 0 }],
    // What counts up stands at its default: nobody may begin in the middle.
    fresh: { seller_id: level.seller_id, offer_id: otherOffer, location_id: otherLocation, on_hand: level.on_hand },
  },
  stock_operations: {
    standing: [operation],
    fresh: { ...operation, seller_id: otherSeller, operation_id: id(133), idempotency_id: id(134) },
  },
  movements: {
    standing: [received, reserved],
    fresh: { ...reserved, movement_id: id(143), location_id: otherLocation, cause_id: otherOrder, reservation_id: newReservation },
  },
  checkouts: {
    standing: [
      aCheckout,
      {
        ...{ ...aCheckout, checkout_id: otherCheckout, client_reference: "PO-2", idempotency_id: id(152) },
        ...{ payment_method: "bank_transfer", payment_reference: "RF04A1" },
      },
    ],
    fresh: { ...aCheckout, company_id: otherCompany, checkout_id: newCheckout, client_reference: "PO-3", idempotency_id: id(153) },
  },
  checkout_history: {
    standing: [{ company_id: company, checkout_id: checkout, ...step }],
    fresh: { company_id: company, checkout_id: otherCheckout, ...step, version: 2 },
  },
  orders: {
    standing: [anOrder, { ...anOrder, seller_id: otherSeller, order_id: id(63) }],
    fresh: { ...anOrder, seller_id: otherSeller, order_id: otherOrder, checkout_id: otherCheckout },
  },
  order_history: {
    standing: [{ seller_id: seller, order_id: order, company_id: company, ...step }],
    fresh: { seller_id: seller, order_id: order, company_id: company, ...step, version: 2 },
  },
  order_commissions: {
    standing: [
      { seller_id: seller, order_id: order, credit_risk: "seller", commission: 0, terms: orderTerms, terms_hash: hash(orderTerms) },
    ],
    fresh: {
      ...{ seller_id: otherSeller, order_id: id(63), credit_risk: "operator", tax_code: "S", tax_rate_ppm: 190_000, commission: 5 },
      ...{ terms: "{}", terms_hash: hash("{}") },
    },
  },
  order_lines: { standing: [line], fresh: { ...line, line_number: 2 } },
  order_tax_groups: {
    standing: [group, { ...group, ...zeroRated, net: 0, tax: 0 }, ...[1, 2].map((amendment) => ({ ...group, net: 10, tax: 2, amendment }))],
    fresh: { ...group, tax_category: "reduced", tax_rate_ppm: 70_000, tax: 7 },
  },
  order_freight: { standing: [freight], fresh: { ...freight, ...zeroRated } },
  order_cancellations: { standing: [cancellation], fresh: { ...cancellation, cancellation_id: id(182) } },
  order_cancellation_lines: {
    standing: [{ ...cancelledPart, line_number: 1 }],
    fresh: { ...cancelledPart, line_number: 2 },
  },
  order_requests: {
    standing: [question],
    fresh: { ...question, request_id: id(184), kind: "cancellation", idempotency_id: id(186) },
  },
  order_request_lines: {
    standing: [{ seller_id: seller, request_id: standingRequest, line_number: 1, quantity: 1 }],
    fresh: { seller_id: seller, request_id: standingRequest, line_number: 2, quantity: 0 },
  },
  reservations: {
    standing: [held],
    fresh: { ...held, reservation_id: newReservation, location_id: otherLocation },
  },
  shipments: {
    standing: [
      parcel,
      { ...parcel, shipment_id: id(191), number: 2, replaces: standingShipment, idempotency_id: id(195) },
      { ...parcel, shipment_id: id(193), number: 4, idempotency_id: id(197) },
    ],
    fresh: { ...parcel, shipment_id: id(192), number: 3, idempotency_id: id(196) },
  },
  shipment_lines: { standing: [{ ...inParcel, line_number: 1 }], fresh: { ...inParcel, line_number: 2 } },
  shipment_history: { standing: [packing], fresh: { ...packing, version: 2 } },
  order_tax_amendments: {
    standing: [amendment],
    fresh: { ...amendment, number: 2, amends: 1 },
  },
  ...paperTables({
    ...{ id, at, seller, otherSeller, company, order, checkout, otherCheckout },
    ...{ shipment: standingShipment, otherShipment: id(191) },
  }),
  bank_accounts: {
    standing: [
      { account: "", currency: "EUR" },
      { account: "AT1", currency: "EUR" },
    ],
    fresh: { account: "AT2", currency: "EUR" },
  },
  bank_statements: {
    standing: [{ ...bankStatement, taken: 2, continuity: "first" }],
    fresh: { ...bankStatement, statement_id: id(166), fingerprint: "b".repeat(64) },
  },
  bank_lines: {
    standing: [
      bankLine,
      {
        ...{ ...bankLine, line_id: id(167), identity: "c".repeat(64), statement_id: id(165), account: "AT1", state: "recorded" },
        ...{ recorded_line: standingBankLine, idempotency_id: id(168) },
      },
    ],
    fresh: { ...bankLine, line_id: id(163), identity: "b".repeat(64), bank_reference: "B-2", idempotency_id: id(164) },
  },
  bank_allocations: {
    standing: [bankAllocation, { ...bankAllocation, number: 2, amount: -1, undoes: 1 }],
    fresh: { ...bankAllocation, number: 3 },
  },
  ledger_accounts: {
    standing: [bank, funds],
    fresh: { ...bank, account_id: id(203), kind: "receivable", party_id: otherCompany },
  },
  ledger_transactions: {
    standing: [booking, { ...booking, transaction_id: id(213), business_key: "three" }],
    fresh: { ...booking, transaction_id: id(212), business_key: "two" },
  },
  ledger_transfers: { standing: [transfer], fresh: { ...transfer, number: 2 } },
  ledger_balances: {
    standing: [{ account_id: bankAccount, debited: 119, credited: 0 }],
    fresh: { account_id: fundsAccount, debited: 0, credited: 119 },
  },
  ledger_unrolled: { standing: [{ transaction_id: id(211) }], fresh: { transaction_id: id(213) } },
};

/** An id that names nothing. */
export const nothing = id(999);

/** What is done with the rows that stand, because no row is born so: one seller sells, so that everybody sees it. */
export const lived: readonly string[] = [
  `update sellers set state = 'under_review', version = version + 1 where seller_id = '${seller}'`,
  `update sellers set state = 'active', version = version + 1 where seller_id = '${seller}'`,
];
