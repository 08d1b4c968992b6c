import type { Static } from "typebox";
import { offerCommands, type OfferState } from "../../modules/catalog/index.ts";
import { example } from "../examples.ts";
import { closed, currencyCode, idOf, integer, listOf, money, oneOf, quantity, text, version } from "../shapes.ts";

/** Volume tiers of an offer at most. */
export const mostTiers = 20;

/** The states that offers can be in. */
export const offerStates = ["draft", "active", "paused", "archived"] as const satisfies readonly OfferState[];

export const leadTimeDays = integer(0, 365, "The seller's working days until the goods can be handed to a carrier");

/** Volume tiers: from how many units on the unit price is another one. */
export const tiers = listOf(closed({ from_quantity: quantity, unit_price: money }), 0, mostTiers);

/** An offer as its seller sees it. */
export const offer = closed({
  id: idOf("offer"),
  state: oneOf(offerStates),
  reference: text(64),
  variant: idOf("variant"),
  sku: text(64),
  currency: currencyCode,
  unit_price: money,
  price_per: quantity,
  minimum: quantity,
  step: quantity,
  tiers,
  tax_category: text(32),
  lead_time_days: leadTimeDays,
  version,
  allowed_actions: listOf(oneOf(offerCommands), 0, offerCommands.length),
});

/** An offer of the reference. */
export const offerSample: Static<typeof offer> = {
  ...{ id: example.offer, state: "active", reference: example.reference, variant: example.variant, sku: example.sku, currency: "EUR" },
  ...{ unit_price: { amount: 10_000, currency: "EUR" }, price_per: 1, minimum: 1, step: 1, tiers: [], tax_category: "standard" },
  ...{ lead_time_days: 0, version: 1, allowed_actions: ["pause", "archive"] },
};
