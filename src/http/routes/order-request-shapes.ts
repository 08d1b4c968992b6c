import Type, { type Static } from "typebox";
import { toRfc3339 } from "../../kernel/clock.ts";
import { toWireId } from "../../kernel/ids.ts";
import { type OrderParty, partiesOf, requestActions } from "../../modules/orders/index.ts";
import type { OrderRequestView } from "../../views/order-requests.ts";
import { isStopped, type OrderWait } from "../../views/order-waits.ts";
import { example } from "../examples.ts";
import { closed, day, idOf, instant, integer, listOf, oneOf, text, version } from "../shapes.ts";

/** The states of a question, as they are shown. */
export const orderRequestStates = ["open", "granted", "declined", "withdrawn", "closed", "expired"] as const;

/** A question of one party to the other about an order, what was answered, and what the caller may do about it. */
export const orderRequest = closed({
  id: idOf("orderRequest"),
  version,
  order: idOf("order"),
  seller: idOf("seller"),
  company: idOf("company"),
  kind: oneOf(["acceptance", "cancellation"]),
  state: oneOf(orderRequestStates),
  asked_by: oneOf(["seller", "company"]),
  reason: Type.Optional(text(500)),
  promised_on: Type.Optional(day),
  lines: listOf(
    closed({
      line_number: integer(1, 3_000),
      quantity: integer(0, 1_000_000_000, "Of an acceptance the units to be delivered, of a cancellation those to be cancelled"),
      promised_on: Type.Optional(day),
    }),
    1,
    3_000,
  ),
  asked_at: instant,
  answer_before: instant,
  answered_at: Type.Optional(instant),
  answer_reason: Type.Optional(text(500)),
  allowed_actions: listOf(oneOf(["grant", "decline", "withdraw"]), 0, 2),
});

/** A question of a view, as it is shown to a party; `waits` tell how its order stands. */
export function shownOrderRequest(
  row: OrderRequestView,
  party: OrderParty,
  waits: ReadonlyMap<OrderRequestView["order_id"], OrderWait>,
): Static<typeof orderRequest> {
  return {
    id: toWireId("orq", row.request_id),
    version: row.version,
    order: toWireId("ord", row.order_id),
    seller: toWireId("sel", row.seller_id),
    company: toWireId("cmp", row.company_id),
    kind: row.kind,
    state: row.state,
    asked_by: partiesOf(row.kind).asks,
    ...(row.reason === "" ? {} : { reason: row.reason }),
    ...(row.promised_on === null ? {} : { promised_on: row.promised_on }),
    lines: row.lines.map(({ promised_on, ...line }) => ({ ...line, ...(promised_on === null ? {} : { promised_on }) })),
    asked_at: toRfc3339(row.asked_at),
    answer_before: toRfc3339(row.answer_before),
    ...(row.answered_at === null ? {} : { answered_at: toRfc3339(row.answered_at) }),
    ...(row.answer_reason === null ? {} : { answer_reason: row.answer_reason }),
    allowed_actions: [...requestActions(row, party, isStopped(waits, row))],
  };
}

/** The question of the examples: a seller can deliver one unit less, and a week later. */
export const orderRequestSample: Static<typeof orderRequest> = {
  id: example.orderRequest,
  version: 1,
  order: example.askedOrder,
  seller: example.seller,
  company: example.company,
  kind: "acceptance",
  state: "open",
  asked_by: "seller",
  reason: "one of them is damaged",
  promised_on: "2026-12-02",
  lines: [{ line_number: 1, quantity: 1, promised_on: "2026-12-02" }],
  asked_at: example.time,
  answer_before: "2026-11-25T23:00:00.000Z",
  allowed_actions: ["grant", "decline"],
};

/** The same question when it is over. */
export const endedRequestSample = (state: "granted" | "declined" | "withdrawn", reason?: string): Static<typeof orderRequest> => ({
  ...orderRequestSample,
  version: 2,
  state,
  answered_at: example.time,
  ...(reason === undefined ? {} : { answer_reason: reason }),
  allowed_actions: [],
});
