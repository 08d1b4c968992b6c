import type { CheckoutId, CompanyId, IdSource } from "../../../kernel/ids.ts";
import { eventsFrom } from "../../../kernel/lifecycle.ts";
import { Refused } from "../../../kernel/refusal.ts";
import { cancelCheckout } from "../../../flows/cancel-checkout.ts";
import { endingLocks } from "../../../flows/cancel-units.ts";
import type { PlaceCommand, PlaceOutcome } from "../../../flows/place-checkouts/index.ts";
import { checkoutMachine, type CheckoutState } from "../../../modules/checkouts/index.ts";
import type { OrderRules } from "../../../modules/orders/index.ts";
import { findCheckoutView, listCheckoutViews } from "../../../views/checkouts.ts";
import { checkVersion, idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import type { Moment } from "../../moment.ts";
import { type Operation, operation } from "../../operation.ts";
import { placeCommand, placeInLane, type PlacingLanes } from "../../placing.ts";
import { closed, idOf } from "../../shapes.ts";
import { readWholeCheckout } from "../checkout-reading.ts";
import { cancelledCheckoutSample, checkoutSample, previewSample, readCheckoutSample } from "../checkout-samples.ts";
import { checkout, placeBody, preview, previewBody, readCheckout, shownCheckout, shownPreview } from "../checkout-shapes.ts";
import { reason } from "../order-shapes.ts";

/** What placing needs of the outside: its lanes, a reader for previews, names and about what time it is. */
export type Placing = {
  readonly lanes: PlacingLanes;
  readonly preview: (command: PlaceCommand) => Promise<PlaceOutcome>;
  readonly newId: IdSource;
  readonly moment: Moment;
};

const placingRefusals = [
  ...(["unknown-reference", "currency-mismatch", "quantity-below-minimum", "quantity-off-step", "amount-too-large"] as const),
  ...([
    "tax-not-supported",
    "freight-not-available",
    "stock-short",
    "reference-taken",
    "total-differs",
    "no-credit-account",
    "credit-account-closed",
  ] as const),
  ...(["credit-exceeded", "company-inactive", "seller-inactive", "offer-inactive"] as const),
];

const request = {
  client_reference: "PO-2026-0816",
  currency: "EUR",
  payment_method: "on_account",
  lines: [{ offer: example.offer, quantity: 2 }],
} as const;

/** The company's checkouts: placing, previewing, reading and cancelling them. */
export function buyerCheckoutOperations(placing: Placing, rules: OrderRules): readonly Operation[] {
  return [
    operation({
      kind: "lane",
      method: "POST",
      status: 201,
      id: "buyer.checkouts.place",
      path: "/checkouts",
      summary: "Place a checkout",
      body: placeBody,
      response: checkout,
      refusals: placingRefusals,
      example: { body: { ...request, lines: [...request.lines] }, response: checkoutSample },
      place: (call, claim) => placeInLane(placing.lanes, { command: placeCommand(call, placing.newId, placing.moment()), claim }),
    }),
    operation({
      kind: "reads",
      method: "POST",
      status: 200,
      id: "buyer.checkouts.preview",
      path: "/checkouts/preview",
      summary: "Preview a checkout",
      body: previewBody,
      response: preview,
      refusals: placingRefusals,
      example: { body: { ...request, lines: [...request.lines] }, response: previewSample },
      async look(call) {
        const named = { ...call, body: { ...call.body, client_reference: call.body.client_reference ?? "" } };
        const outcome = await placing.preview(placeCommand(named, placing.newId, placing.moment()));
        if (!outcome.accepted) throw new Refused(outcome.refusal);
        return { body: shownPreview(outcome.placed) };
      },
    }),
    list({
      id: "buyer.checkouts.list",
      path: "/checkouts",
      summary: "List checkouts",
      scope: "organisation",
      item: checkout,
      example: { item: checkoutSample },
      rows: async (reader, _call, window) =>
        (await listCheckoutViews(reader, window)).map((row) => ({ at: [row.checkout_id], item: shownCheckout(row) })),
    }),
    operation({
      kind: "read",
      scope: "organisation",
      id: "buyer.checkouts.read",
      path: "/checkouts/{id}",
      summary: "Read a checkout",
      params: closed({ id: idOf("checkout") }),
      response: readCheckout,
      refusals: [],
      example: { params: { id: example.checkout }, response: readCheckoutSample },
      read: async (reader, call) =>
        (await readWholeCheckout(reader, idInPath("checkout", call.params.id), cancellable)) ?? refuseNotFound(),
    }),
    operation({
      kind: "flow",
      method: "POST",
      status: 200,
      id: "buyer.checkouts.cancel",
      path: "/checkouts/{id}/cancel",
      summary: "Cancel a checkout that waits for payment",
      params: closed({ id: idOf("checkout") }),
      body: closed({ reason }),
      response: checkout,
      refusals: ["state-conflict"],
      example: { params: { id: example.pendingCheckout }, body: { reason: "ordered twice" }, response: cancelledCheckoutSample },
      locks: endingLocks,
      async work(tx, call) {
        const checkoutId: CheckoutId = idInPath("checkout", call.params.id);
        const { requestId, traceparent = null, newId, idempotencyId, principal } = call;
        const cancelled = await cancelCheckout(tx, {
          ...{ checkoutId, companyId: principal.organisationId as CompanyId, keyId: principal.keyId },
          ...{ reason: call.body.reason, requestId, traceparent, newId, idempotencyId, rules },
          checkVersion: (current) => checkVersion(call, current),
        });
        const shown = cancelled === undefined ? undefined : await findCheckoutView(tx, checkoutId);
        return shown === undefined ? refuseNotFound() : { body: shownCheckout(shown), version: shown.version };
      },
    }),
  ];
}

function cancellable(state: CheckoutState): "cancel"[] {
  return eventsFrom(checkoutMachine, state, "company").filter((event) => event === "cancel");
}
