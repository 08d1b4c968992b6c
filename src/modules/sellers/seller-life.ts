import type { Instant } from "../../kernel/clock.ts";
import type { EventId, IdSource, Uuid } from "../../kernel/ids.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { step } from "../../platform/lifecycle/index.ts";
import { appendEvents } from "../../platform/outbox/index.ts";
import { type Seller, toldSeller } from "./seller.ts";
import { appendSellerHistory, type SellerActor } from "./seller-history-store.ts";
import { type SellerEvent, sellerMachine, type SellerState } from "./seller-machine.ts";

/** By which request, when, and with which ids a seller changes. */
export type Circumstances = {
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly idempotencyId: Uuid | null;
  readonly now: Instant;
  readonly newId: IdSource;
};

/** A step that a seller has taken, before it is written down. `seller` is as it is now. */
export type Taken = { readonly seller: Seller; readonly from: SellerState | ""; readonly event: SellerEvent; readonly cause: string };

/** What the step is called in events and audit entries. */
const done: Record<SellerEvent, string> = {
  apply: "applied",
  review: "taken_up",
  send_back: "sent_back",
  activate: "activated",
  reject: "rejected",
  suspend: "suspended",
  reactivate: "reactivated",
  close: "closed",
};

/** `seller.activated`: the type of the event and the action of the audit entry of a step. */
export function nameOfStep(event: SellerEvent): string {
  return `seller.${done[event]}`;
}

/**
 * The seller after a step, its version one higher. It is not written.
 *
 * @throws Refused state-conflict when there is no such step from here
 */
export function takeStep(
  seller: Seller,
  event: SellerEvent,
  cause: string,
  changes: Partial<Pick<Seller, "suspension" | "reviewerId" | "reviewDueAt">> = {},
): Taken {
  const state = step(sellerMachine, seller.state, event);
  return { seller: { ...seller, ...changes, state, version: seller.version + 1 }, from: seller.state, event, cause };
}

/** Writes down steps of one seller, in their order: a row of its history and an event for each. */
export async function recordSteps(
  tx: Transaction,
  taken: readonly Taken[],
  actor: SellerActor,
  circumstances: Circumstances,
): Promise<void> {
  const { now, newId, idempotencyId, requestId, traceparent } = circumstances;
  await appendSellerHistory(
    tx,
    taken.map(({ seller, from, event, cause }) => {
      const { sellerId, version, state: to } = seller;
      return { sellerId, version, from, event, to, actor, cause, at: now, idempotencyId };
    }),
  );
  await appendEvents(
    tx,
    taken.map(({ seller, event }) => {
      const data = toldSeller(seller);
      return {
        eventId: newId<EventId>(now),
        organisationId: seller.sellerId,
        subjectId: seller.sellerId,
        subjectType: "seller",
        subjectVersion: seller.version,
        type: nameOfStep(event),
        occurredAt: now,
        requestId,
        ...(traceparent === undefined ? {} : { traceparent }),
        data,
        audiences: [{ organisationId: seller.sellerId, data }],
      };
    }),
  );
}
