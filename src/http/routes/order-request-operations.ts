import Type, { type Static } from "typebox";
import type { OrderRequestId } from "../../kernel/ids.ts";
import {
  type AnswerOrderRequest,
  decliningLocks,
  declineOrderRequest,
  grantingLocks,
  grantOrderRequest,
} from "../../flows/answer-order-request.ts";
import type { OrderRequest, OrderRules } from "../../modules/orders/index.ts";
import type { LockKind, Reader, Transaction } from "../../platform/db/index.ts";
import {
  findOrderRequestView,
  listOrderRequests,
  listRequestsOfCompany,
  listRequestsOfSeller,
  type OrderRequestFilters,
} from "../../views/order-requests.ts";
import { readOrderWaits } from "../../views/order-waits.ts";
import { type Call, idInBody, idInPath, refuseNotFound } from "../call.ts";
import { example } from "../examples.ts";
import { list, type Window } from "../list.ts";
import { type Operation, operation } from "../operation.ts";
import { closed, idOf, someOf } from "../shapes.ts";
import { commandOf, type OrderAudience, partyOf } from "./order-operations.ts";
import { endedRequestSample, orderRequest, orderRequestSample, orderRequestStates, shownOrderRequest } from "./order-request-shapes.ts";
import { reason } from "./order-shapes.ts";

const params = closed({ id: idOf("orderRequest") });

/** The questions about the orders of an audience: listing and reading them. */
export function readOrderRequestOperations(audience: OrderAudience): readonly Operation[] {
  const scope = audience === "operator" ? "operator" : "organisation";
  return [
    list({
      id: `${audience}.order-requests.list`,
      path: "/order-requests",
      summary: "List questions about orders",
      scope,
      filters: closed({ state: Type.Optional(someOf(orderRequestStates)), order: Type.Optional(idOf("order")) }),
      item: orderRequest,
      example: { query: { state: ["open"] }, item: orderRequestSample },
      rows: async (reader, call, window) => {
        const { state, order } = call.query;
        const filters = { states: state ?? null, orderId: order === undefined ? null : idInBody("order", order, "/order") };
        const rows = await requestsOf(reader, audience, call, filters, window);
        const waits = await readOrderWaits(reader, rows);
        return rows.map((row) => ({ at: [row.request_id], item: shownOrderRequest(row, partyOf(audience), waits) }));
      },
    }),
    operation({
      kind: "read",
      scope,
      id: `${audience}.order-requests.read`,
      path: "/order-requests/{id}",
      summary: "Read a question about an order",
      params,
      response: orderRequest,
      refusals: [],
      example: { params: { id: example.orderRequest }, response: orderRequestSample },
      read: async (reader, call) => (await shown(reader, idInPath("orderRequest", call.params.id), audience)) ?? refuseNotFound(),
    }),
  ];
}

/** Answering the other party's question about an order, and taking back one's own. */
export function answerRequestOperations(audience: "buyer" | "seller", rules: OrderRules): readonly Operation[] {
  // Each audience answers the questions of one kind and asks those of the other.
  const answered = audience === "buyer" ? example.orderRequest : example.cancellationRequest;
  const asked = audience === "buyer" ? example.cancellationRequest : example.orderRequest;
  return [
    ending(audience, rules, {
      verb: "grant",
      summary: audience === "buyer" ? "Consent to less or later" : "Cancel what the company asks for",
      refusals: ["on-hold", "units-not-open", "units-packed"],
      id: answered,
      response: endedRequestSample("granted"),
      locks: grantingLocks,
      work: grantOrderRequest,
    }),
    ending(audience, rules, {
      verb: "decline",
      summary: "Decline a question about an order",
      refusals: [],
      id: answered,
      response: endedRequestSample("declined", "we need all of it"),
      locks: decliningLocks,
      work: (tx, command) => declineOrderRequest(tx, command, "decline"),
    }),
    ending(audience, rules, {
      verb: "withdraw",
      summary: "Take back one's own question about an order",
      refusals: [],
      id: asked,
      response: endedRequestSample("withdrawn"),
      locks: decliningLocks,
      work: (tx, command) => declineOrderRequest(tx, command, "withdraw"),
    }),
  ];
}

type Ending = {
  readonly verb: "grant" | "decline" | "withdraw";
  readonly summary: string;
  readonly refusals: readonly ("on-hold" | "units-not-open" | "units-packed")[];
  readonly id: string;
  readonly response: Static<typeof orderRequest>;
  readonly locks: readonly LockKind[];
  readonly work: (tx: Transaction, command: AnswerOrderRequest) => Promise<OrderRequest | undefined>;
};

function ending(audience: "buyer" | "seller", rules: OrderRules, ended: Ending): Operation {
  return operation({
    kind: "flow",
    method: "POST",
    status: 200,
    id: `${audience}.order-requests.${ended.verb}`,
    path: `/order-requests/{id}/${ended.verb}`,
    summary: ended.summary,
    params,
    body: closed({ reason: Type.Optional(reason) }),
    response: orderRequest,
    refusals: ["state-conflict", ...ended.refusals],
    example: { params: { id: ended.id }, body: ended.verb === "decline" ? { reason: "we need all of it" } : {}, response: ended.response },
    locks: ended.locks,
    async work(tx, call) {
      const { principal, body } = call;
      const id: OrderRequestId = idInPath("orderRequest", call.params.id);
      const party = { kind: partyOf(audience) as "company" | "seller", organisationId: principal.organisationId, keyId: principal.keyId };
      const request = await ended.work(tx, { id, party, reason: body.reason ?? null, ...commandOf(call, rules) });
      return request === undefined ? refuseNotFound() : ((await shown(tx, id, audience)) ?? refuseNotFound());
    },
  });
}

async function shown(reader: Reader, id: OrderRequestId, audience: OrderAudience) {
  const row = await findOrderRequestView(reader, id);
  if (row === undefined) return undefined;
  return { body: shownOrderRequest(row, partyOf(audience), await readOrderWaits(reader, [row])), version: row.version };
}

function requestsOf(
  reader: Reader,
  audience: OrderAudience,
  { principal }: Pick<Call, "principal">,
  filters: OrderRequestFilters,
  window: Window,
) {
  if (audience === "operator") return listOrderRequests(reader, filters, window);
  const list = audience === "seller" ? listRequestsOfSeller : listRequestsOfCompany;
  return list(reader, principal.organisationId, filters, window);
}
