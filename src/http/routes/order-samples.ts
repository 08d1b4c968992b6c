import type { Static } from "typebox";
import { example } from "../examples.ts";
import type { listedOrder, order, readOrder } from "./order-shapes.ts";
import { timelineSample } from "./timeline-shapes.ts";

const eur = (amount: number) => ({ amount, currency: "EUR" });

/** The order of the examples, in a list of its company's. */
export const listedOrderSample: Static<typeof listedOrder> = {
  id: example.order,
  version: 1,
  checkout: example.checkout,
  client_reference: example.clientReference,
  seller: { id: example.seller, name: "Nordschrauben GmbH" },
  company: { id: example.company, name: "Werft AG" },
  state: "confirmed",
  dispatch_country: "DE",
  currency: "EUR",
  freight: eur(0),
  net: eur(20_000),
  tax: eur(3_800),
  total: eur(23_800),
  cancelled: eur(0),
  amended: eur(0),
  placed_at: example.time,
  requested_on: null,
  promised_on: "2026-11-25",
  cancellable_from: null,
  line_count: 1,
  allowed_actions: ["cancel"],
};

/** The same as it is read. */
export const readOrderSample: Static<typeof readOrder> = {
  ...listedOrderSample,
  payment_method: "on_account",
  payment_days: 30,
  seller_tax_number: "DE123456789",
  company_tax_number: "DE136695976",
  delivery_address: { street: "Kai 1", city: "Hamburg", postal_code: "20457", country: "DE" },
  lines: [
    {
      line_number: 1,
      offer: example.offer,
      reference: example.reference,
      sku: example.sku,
      title: "Bolt M8 × 40",
      unit: "C62",
      attributes: {},
      quantity: 2,
      packed: 0,
      shipped: 0,
      cancelled: 0,
      promised_on: "2026-11-25",
      unit_price: eur(10_000),
      list_price: eur(10_000),
      price_from: "offer",
      price_per: 1,
      gross: eur(20_000),
      discount: eur(0),
      net: eur(20_000),
      tax: { category: "standard", code: "S", rate_ppm: 190_000 },
    },
  ],
  tax_groups: [
    {
      ...{
        category: "standard",
        code: "S",
        rate_ppm: 190_000,
        net: eur(20_000),
        tax: eur(3_800),
        exemption_code: null,
        exemption_text: null,
      },
      ...{ seller_tax_number: "DE123456789", company_tax_number: null },
    },
  ],
  tax_amendments: [],
  open_requests: [],
  history: [{ version: 1, from: null, event: "place", to: "confirmed", by: "company", cause: "placed", at: example.time }],
  timeline: timelineSample,
};

/** The order after it was cancelled. */
export const cancelledOrderSample: Static<typeof order> = {
  ...listedOrderSample,
  version: 2,
  state: "cancelled",
  cancelled: eur(23_800),
  allowed_actions: [],
  open_requests: [],
};

/** The order after it was accepted. */
export const acceptedOrderSample: Static<typeof order> = {
  ...listedOrderSample,
  version: 2,
  state: "accepted",
  cancellable_from: "2026-12-02T23:00:00.000Z",
  allowed_actions: ["cancel"],
  open_requests: [],
};

/** A delivered order after its company said it is done with. */
export const completedOrderSample: Static<typeof order> = {
  ...acceptedOrderSample,
  id: example.deliveredOrder,
  version: 7,
  state: "completed",
  allowed_actions: [],
};

/** The order after it was rejected. */
export const rejectedOrderSample: Static<typeof order> = { ...cancelledOrderSample, state: "rejected" };
