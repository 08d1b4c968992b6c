import Type from "typebox";
import { closeSeller } from "../../../flows/close-seller.ts";
import { reactivateSeller } from "../../../flows/reactivate-seller.ts";
import { reviewSeller } from "../../../flows/review-seller.ts";
import { suspendSeller } from "../../../flows/suspend-seller.ts";
import { toRfc3339 } from "../../../kernel/clock.ts";
import { reaches, type SellerDecision } from "../../../modules/sellers/index.ts";
import type { RefusalCode } from "../../problem.ts";
import { checkVersion, idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, idOf, oneOf, text } from "../../shapes.ts";
import { effectiveByMember, reasonBody } from "../organisation-shapes.ts";
import { activeSellerExample, operatorSeller, operatorSellerExample, operatorsSeller } from "../seller-life-shapes.ts";

const params = closed({ id: idOf("seller") });
const effective = closed({ ...operatorSeller.properties, ...effectiveByMember });

/** A body with the reason for a decision, which may be left out of some. */
function reasonIn(needed: boolean) {
  return Type.Unsafe<{ reason?: string }>(needed ? reasonBody : closed({ reason: Type.Optional(text(500)) }));
}

/** An operation by which the operator decides on a seller that has applied. */
function deciding(declared: {
  readonly action: string;
  readonly event: SellerDecision["event"];
  readonly summary: string;
  readonly needsReason: boolean;
  readonly refusals: readonly RefusalCode[];
  readonly seller: string;
  readonly shown: typeof operatorSellerExample;
}): Operation {
  const { action, event, summary, needsReason, refusals, seller, shown } = declared;
  return operation({
    kind: "write",
    method: "POST",
    status: 200,
    scope: "operator",
    id: `operator.sellers.${action}`,
    path: `/sellers/{id}/${action}`,
    summary,
    params,
    body: reasonIn(needsReason),
    response: operatorSeller,
    refusals: ["not-found", ...refusals],
    example: { params: { id: seller }, body: needsReason ? { reason: "the tax number is of another firm" } : {}, response: shown },
    locks: ["seller", "deadline"],
    async work(tx, call) {
      const decision = { sellerId: idInPath("seller", call.params.id), event, reason: call.body.reason };
      const decided = await reviewSeller(tx, call, { ...decision, checkVersion: (current) => checkVersion(call, current) });
      return decided === undefined ? refuseNotFound() : { body: operatorsSeller(decided), version: decided.version };
    },
  });
}

const underReview = { state: "under_review", reviewer: example.key, version: 2 } as const;

/** What the operator does with a seller along its life. */
export const operatorSellerLifeOperations: readonly Operation[] = [
  deciding({
    action: "review",
    event: "review",
    summary: "Take up the review of a seller",
    needsReason: false,
    refusals: ["state-conflict"],
    seller: example.appliedSeller,
    shown: { ...operatorSellerExample, ...underReview, allowed_actions: ["send_back", "activate", "reject"] },
  }),
  deciding({
    action: "send-back",
    event: "send_back",
    summary: "Send a seller's application back",
    needsReason: true,
    refusals: ["state-conflict"],
    seller: example.reviewedSeller,
    shown: { ...operatorSellerExample, version: 3 },
  }),
  deciding({
    action: "activate",
    event: "activate",
    summary: "Let a seller sell",
    needsReason: false,
    refusals: ["state-conflict", "seller-incomplete", "operator-profile-missing"],
    seller: example.reviewedSeller,
    shown: activeSellerExample,
  }),
  deciding({
    action: "reject",
    event: "reject",
    summary: "Reject a seller's application",
    needsReason: true,
    refusals: ["state-conflict"],
    seller: example.reviewedSeller,
    shown: { ...operatorSellerExample, state: "rejected", reviewer: example.key, review_due_at: null, allowed_actions: [], version: 3 },
  }),
  operation({
    kind: "flow",
    method: "POST",
    status: 200,
    id: "operator.sellers.suspend",
    path: "/sellers/{id}/suspend",
    summary: "Suspend a seller",
    params,
    body: closed({
      reach: Type.Unsafe<(typeof reaches)[number]>({
        ...oneOf(reaches),
        description: "new: no new orders; hold: open orders stand still besides; cancel: what has not left is cancelled besides",
      }),
      reason: text(500),
    }),
    response: effective,
    refusals: ["not-found", "state-conflict"],
    example: {
      params: { id: example.idleSeller },
      body: { reach: "hold", reason: "complaints about safety" },
      response: {
        ...activeSellerExample,
        state: "suspended",
        suspension: "hold",
        allowed_actions: ["reactivate", "close"],
        version: 4,
        effective_by: "2026-11-22T12:00:06.000Z",
      },
    },
    locks: ["seller", "deadline"],
    async work(tx, call) {
      const sellerId = idInPath("seller", call.params.id);
      const command = { ...call, sellerId, ...call.body, checkVersion: (current: number) => checkVersion(call, current) };
      const suspended = await suspendSeller(tx, command);
      if (suspended === undefined) return refuseNotFound();
      const { seller, effectiveBy } = suspended;
      return { body: { ...operatorsSeller(seller), effective_by: toRfc3339(effectiveBy) }, version: seller.version };
    },
  }),
  operation({
    kind: "flow",
    method: "POST",
    status: 200,
    id: "operator.sellers.reactivate",
    path: "/sellers/{id}/reactivate",
    summary: "End a seller's suspension",
    params,
    body: reasonBody,
    response: operatorSeller,
    refusals: ["not-found", "state-conflict"],
    example: {
      params: { id: example.suspendedSeller },
      body: { reason: "the complaints were unfounded" },
      response: { ...activeSellerExample, version: 5 },
    },
    locks: ["seller", "deadline"],
    async work(tx, call) {
      const sellerId = idInPath("seller", call.params.id);
      const command = { ...call, sellerId, reason: call.body.reason, checkVersion: (current: number) => checkVersion(call, current) };
      const seller = await reactivateSeller(tx, command);
      return seller === undefined ? refuseNotFound() : { body: operatorsSeller(seller), version: seller.version };
    },
  }),
  operation({
    kind: "flow",
    method: "POST",
    status: 200,
    id: "operator.sellers.close",
    path: "/sellers/{id}/close",
    summary: "Close a seller for ever",
    params,
    body: reasonBody,
    response: effective,
    refusals: ["not-found", "state-conflict", "orders-open", "payables-open"],
    example: {
      params: { id: example.idleSeller },
      body: { reason: "gave up business" },
      response: { ...activeSellerExample, state: "closed", allowed_actions: [], version: 4, effective_by: "2026-11-22T12:00:06.000Z" },
    },
    locks: ["seller", "deadline"],
    async work(tx, call) {
      const sellerId = idInPath("seller", call.params.id);
      const command = { ...call, sellerId, reason: call.body.reason, checkVersion: (current: number) => checkVersion(call, current) };
      const closedSeller = await closeSeller(tx, command);
      if (closedSeller === undefined) return refuseNotFound();
      const { seller, effectiveBy } = closedSeller;
      return { body: { ...operatorsSeller(seller), effective_by: toRfc3339(effectiveBy) }, version: seller.version };
    },
  }),
];
