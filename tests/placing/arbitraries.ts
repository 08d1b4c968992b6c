import fc from "fast-check";
import type { Uuid } from "../../src/kernel/ids.ts";
import { currency, money } from "../../src/kernel/money.ts";
import { quantity } from "../../src/kernel/quantity.ts";
import type { PlaceCommand } from "../../src/flows/place-checkouts/index.ts";
import { companyOf, keyOf, offerOf, type Planting, uuidOf } from "./planted-market.ts";

/** A small market in which commands get into each other's way: few offers with few units, tight credit. */
export const plantings: fc.Arbitrary<Planting> = fc.record({
  sellers: fc.constant(2),
  companies: fc.constant(3),
  stock: fc.array(fc.nat(8), { minLength: 4, maxLength: 4 }),
  limits: fc.array(fc.option(fc.nat(5_000)), { minLength: 3, maxLength: 3 }),
  unitPrice: fc.integer({ min: 1, max: 300 }),
});

const eur = currency("EUR");

/** Commands of three companies, with repeated references, unknown offers, wrong expectations and revoked callers among them. */
export const batches: fc.Arbitrary<PlaceCommand[]> = fc
  .array(
    fc.record({
      company: fc.nat(2),
      caller: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constant(9) }),
      reference: fc.nat(5),
      prepaid: fc.boolean(),
      expected: fc.oneof({ weight: 8, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(1_000) }),
      lines: fc.array(fc.record({ offer: fc.nat(4), units: fc.integer({ min: 1, max: 5 }) }), { minLength: 1, maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((wishes) =>
    wishes.map(({ company, caller, reference, prepaid, expected, lines }, index) => ({
      companyId: companyOf(company),
      keyId: keyOf(caller ?? company),
      clientReference: `PO-${reference}`,
      currency: eur,
      paymentMethod: prepaid ? "bank_transfer" : "on_account",
      // Offer 4 does not exist.
      lines: lines.map(({ offer, units }) => ({ offerId: offerOf(offer), quantity: quantity(units) })),
      deliveryAddress: null,
      deliveryAddressId: null,
      requestedOn: null,
      expectedTotal: expected === null ? null : money(BigInt(expected), eur),
      replaces: null,
      idempotencyId: uuidOf<Uuid>(6, index),
      requestId: `req_${index}`,
      traceparent: null,
    })),
  );
