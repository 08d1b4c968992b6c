import type { Static } from "typebox";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { ApiKeyId } from "../../kernel/ids.ts";
import { eventsFrom } from "../../kernel/lifecycle.ts";
import { toRfc3339 } from "../../kernel/clock.ts";
import { readTaxNumbers, shownTaxNumber } from "../../modules/identity/index.ts";
import { readSellerHistory, type Seller, type SellerEvent, sellerMachine, shownSeller } from "../../modules/sellers/index.ts";
import type { Reader } from "../../platform/db/index.ts";
import { countMisses } from "../../views/seller-misses.ts";
import { example } from "../examples.ts";
import { closed, idOf, instant, integer, listOf, oneOf, text } from "../shapes.ts";
import { historyStep, shownStep } from "./checkout-shapes.ts";
import { nullable, sellerExample, sellerMembers, taxNumbers } from "./organisation-shapes.ts";

const actions = ["review", "send_back", "activate", "reject", "suspend", "reactivate", "close"] as const;

/** A seller in the operator's lists: also who reviews it by when, and what the operator may do now. */
export const operatorSeller = closed({
  ...sellerMembers,
  reviewer: nullable(idOf("apiKey")),
  review_due_at: nullable(instant),
  allowed_actions: listOf(oneOf(actions), 0, actions.length),
});

/** A seller as the operator reads it. */
export const readSeller = closed({
  ...operatorSeller.properties,
  tax_number_evidence: nullable(text(500)),
  tax_numbers: taxNumbers,
  misses: closed(
    {
      rejected: integer(0, 1_000_000_000),
      not_accepted_in_time: integer(0, 1_000_000_000),
      not_shipped_in_time: integer(0, 1_000_000_000),
    },
    "Orders that the seller did not fulfil in the last 90 days",
  ),
  history: listOf(historyStep, 1, 100),
});

/** A seller in an answer or a list of the operator's. */
export function operatorsSeller(seller: Seller): Static<typeof operatorSeller> {
  const { reviewerId, reviewDueAt, state } = seller;
  return {
    ...shownSeller(seller),
    reviewer: reviewerId === null ? null : toWireId(prefixes.apiKey, reviewerId as ApiKeyId),
    review_due_at: reviewDueAt === null ? null : toRfc3339(reviewDueAt),
    allowed_actions: eventsFrom(sellerMachine, state, "operator").flatMap((event) => actionOf(event)),
  };
}

/** A seller with all that the operator knows of it. */
export async function wholeSeller(reader: Reader, seller: Seller): Promise<Static<typeof readSeller>> {
  const { sellerId } = seller;
  const misses = await countMisses(reader, sellerId);
  return {
    ...operatorsSeller(seller),
    tax_number_evidence: seller.taxNumberEvidence,
    tax_numbers: (await readTaxNumbers(reader, sellerId)).map(shownTaxNumber),
    misses: {
      rejected: misses.rejected,
      not_accepted_in_time: misses.notAcceptedInTime,
      not_shipped_in_time: misses.notShippedInTime,
    },
    history: (await readSellerHistory(reader, sellerId)).map(shownStep),
  };
}

function actionOf(event: SellerEvent): (typeof actions)[number][] {
  return event === "apply" ? [] : [event];
}

/** The example of a seller that has applied, as the operator sees it. */
export const operatorSellerExample: Static<typeof operatorSeller> = {
  ...sellerExample,
  reviewer: null,
  review_due_at: "2026-11-28T00:00:00.000Z",
  allowed_actions: ["review"],
};

/** The example of a seller that sells. */
export const activeSellerExample: Static<typeof operatorSeller> = {
  ...operatorSellerExample,
  state: "active",
  mandate_at: example.time,
  series_prefix: example.seriesPrefix,
  reviewer: example.key,
  review_due_at: null,
  allowed_actions: ["suspend", "close"],
  version: 3,
};
