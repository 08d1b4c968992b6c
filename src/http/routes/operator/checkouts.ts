import { toWireId } from "../../../kernel/ids.ts";
import { eventsFrom } from "../../../kernel/lifecycle.ts";
import { fromWire } from "../../../kernel/wire.ts";
import { receiptLocks, recordReceipt } from "../../../flows/record-receipt.ts";
import { checkoutMachine, type CheckoutState } from "../../../modules/checkouts/index.ts";
import type { OrderRules } from "../../../modules/orders/index.ts";
import { findCheckoutView, listCheckoutViews } from "../../../views/checkouts.ts";
import { idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, idOf, name, positiveMoney, text } from "../../shapes.ts";
import { readWholeCheckout } from "../checkout-reading.ts";
import { checkoutSample, readCheckoutSample } from "../checkout-samples.ts";
import { checkout, readCheckout, shownCheckout } from "../checkout-shapes.ts";
import { refuse } from "../../refuse.ts";

const receipt = closed({ id: idOf("bankLine"), bank_reference: text(140), amount: positiveMoney, checkout });

/** All checkouts of the market, and the bank receipts that confirm those which wait for them. */
export function operatorCheckoutOperations(rules: OrderRules): readonly Operation[] {
  return [
    list({
      id: "operator.checkouts.list",
      path: "/checkouts",
      summary: "List checkouts",
      scope: "operator",
      item: checkout,
      example: { item: checkoutSample },
      rows: async (reader, _call, window) =>
        (await listCheckoutViews(reader, window)).map((row) => ({ at: [row.checkout_id], item: shownCheckout(row) })),
    }),
    operation({
      kind: "read",
      scope: "operator",
      id: "operator.checkouts.read",
      path: "/checkouts/{id}",
      summary: "Read a checkout",
      params: closed({ id: idOf("checkout") }),
      response: readCheckout,
      refusals: [],
      example: { params: { id: example.checkout }, response: readCheckoutSample },
      read: async (reader, call) => (await readWholeCheckout(reader, idInPath("checkout", call.params.id), receivable)) ?? refuseNotFound(),
    }),
    operation({
      kind: "flow",
      method: "POST",
      status: 201,
      id: "operator.checkouts.record-receipt",
      path: "/checkouts/{id}/receipts",
      summary: "Record by hand what came in for a checkout that waits for its money",
      params: closed({ id: idOf("checkout") }),
      body: closed({ bank_reference: name(140, "The bank's own name for the booking"), amount: positiveMoney }),
      response: receipt,
      refusals: ["state-conflict", "payment-currency-differs", "bank-reference-used"],
      example: {
        params: { id: example.pendingCheckout },
        body: { bank_reference: "2026-11-22/0042", amount: { amount: 595_000, currency: "EUR" } },
        response: {
          id: example.bankLine,
          bank_reference: "2026-11-22/0042",
          amount: { amount: 595_000, currency: "EUR" },
          checkout: {
            ...checkoutSample,
            id: example.pendingCheckout,
            version: 2,
            payment_method: "bank_transfer",
            payment_reference: example.paymentReference,
          },
        },
      },
      locks: receiptLocks,
      async work(tx, call) {
        const checkoutId = idInPath("checkout", call.params.id);
        const { requestId, traceparent = null, newId, idempotencyId, principal, body } = call;
        const received = fromWire(body.amount);
        if (received === undefined) throw refuse("request-invalid", { pointer: "/amount" });
        const recorded = await recordReceipt(tx, {
          ...{ checkoutId, operatorId: principal.organisationId, keyId: principal.keyId },
          ...{ bankReference: body.bank_reference, received, requestId, traceparent, newId, idempotencyId, rules },
        });
        const shown = recorded === undefined ? undefined : await findCheckoutView(tx, checkoutId);
        if (recorded === undefined || shown === undefined) return refuseNotFound();
        const { bank_reference, amount } = body;
        return { body: { id: toWireId("bnl", recorded.lineId), bank_reference, amount, checkout: shownCheckout(shown) } };
      },
    }),
  ];
}

function receivable(state: CheckoutState): "record_receipt"[] {
  return eventsFrom(checkoutMachine, state, "operator").flatMap((event) => (event === "confirm" ? ["record_receipt" as const] : []));
}
