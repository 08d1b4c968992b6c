import type { Static } from "typebox";
import { example } from "../examples.ts";
import type { checkout, preview, readCheckout } from "./checkout-shapes.ts";

const eur = (amount: number) => ({ amount, currency: "EUR" });
const sampleAddress = { street: "Kai 1", city: "Hamburg", postal_code: "20457", country: "DE" };

/** The confirmed checkout of the examples. */
export const checkoutSample: Static<typeof checkout> = {
  id: example.checkout,
  version: 1,
  state: "confirmed",
  client_reference: example.clientReference,
  payment_method: "on_account",
  payment_reference: null,
  currency: "EUR",
  net: eur(20_000),
  tax: eur(3_800),
  total: eur(23_800),
  cancelled: eur(0),
  amended: eur(0),
  placed_at: example.time,
  orders: [
    {
      id: example.order,
      seller: { id: example.seller, name: "Nordschrauben GmbH" },
      state: "confirmed",
      version: 1,
      dispatch_country: "DE",
      net: eur(20_000),
      tax: eur(3_800),
      total: eur(23_800),
      line_count: 1,
    },
  ],
};

/** The same as it is read. */
export const readCheckoutSample: Static<typeof readCheckout> = {
  ...checkoutSample,
  company: { id: example.company, name: "Werft AG", tax_number: "DE136695976", address: sampleAddress },
  delivery_address: sampleAddress,
  allowed_actions: [],
  history: [{ version: 1, from: null, event: "place", to: "confirmed", by: "company", cause: "placed", at: example.time }],
};

/** The pending checkout of the examples after it was cancelled. */
export const cancelledCheckoutSample: Static<typeof checkout> = {
  ...checkoutSample,
  id: example.pendingCheckout,
  version: 2,
  state: "cancelled",
  payment_method: "bank_transfer",
  payment_reference: example.paymentReference,
  cancelled: eur(23_800),
};

/** What the examples' request would cost. */
export const previewSample: Static<typeof preview> = {
  currency: "EUR",
  net: eur(20_000),
  tax: eur(3_800),
  total: eur(23_800),
  orders: [
    {
      seller: { id: example.seller, name: "Nordschrauben GmbH" },
      dispatch_country: "DE",
      promised_on: example.day,
      freight: eur(0),
      net: eur(20_000),
      tax: eur(3_800),
      total: eur(23_800),
      lines: [
        {
          line_number: 1,
          offer: example.offer,
          quantity: 2,
          unit_price: eur(10_000),
          list_price: eur(10_000),
          price_per: 1,
          net: eur(20_000),
          tax: { category: "standard", code: "S", rate_ppm: 190_000 },
          promised_on: example.day,
        },
      ],
    },
  ],
};
