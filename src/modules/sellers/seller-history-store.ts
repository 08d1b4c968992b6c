import type { Instant } from "../../kernel/clock.ts";
import type { SellerId, Uuid } from "../../kernel/ids.ts";
import { instantParameter, sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import type { SellerEvent, SellerState } from "./seller-machine.ts";

/** Who caused a step: a member of the operator or of the seller by their key, somebody unknown, or the clock. */
export type SellerActor =
  | { readonly kind: "operator" | "seller"; readonly id: Uuid }
  | { readonly kind: "public" | "deadline"; readonly id: null };

/** One edge that a seller took. */
export type SellerStep = {
  readonly sellerId: SellerId;
  readonly version: number;
  readonly from: SellerState | "";
  readonly event: SellerEvent;
  readonly to: SellerState;
  readonly actor: SellerActor;
  readonly cause: string;
  readonly at: Instant;
  readonly idempotencyId: Uuid | null;
};

/** Writes steps of sellers, in one statement. */
export async function appendSellerHistory(tx: Transaction, steps: readonly SellerStep[]): Promise<void> {
  await tx.query(sql`
    insert into seller_history (seller_id, version, from_state, event, to_state, actor_kind, actor_id, cause, at, idempotency_id)
    select *
    from unnest(
      ${steps.map(({ sellerId }) => sellerId)}::uuid[],
      ${steps.map(({ version }) => version)}::integer[],
      ${steps.map(({ from }) => from)}::text[],
      ${steps.map(({ event }) => event)}::text[],
      ${steps.map(({ to }) => to)}::text[],
      ${steps.map(({ actor }) => actor.kind)}::text[],
      ${steps.map(({ actor }) => actor.id)}::uuid[],
      ${steps.map(({ cause }) => cause)}::text[],
      ${steps.map(({ at }) => instantParameter(at))}::timestamptz[],
      ${steps.map(({ idempotencyId }) => idempotencyId)}::uuid[])`);
}

/** A step as it is read. */
export type SellerHistoryRow = {
  readonly version: number;
  readonly from_state: string;
  readonly event: string;
  readonly to_state: string;
  readonly actor_kind: string;
  readonly cause: string;
  readonly at: Instant;
};

/** The steps of a seller, the first one first; at most a hundred, the last of them. */
export async function readSellerHistory(reader: Reader, sellerId: SellerId): Promise<readonly SellerHistoryRow[]> {
  const rows = await reader.query(sql<SellerHistoryRow>`
    select version, from_state, event, to_state, actor_kind, cause, at
    from seller_history
    where seller_id = ${sellerId}
    order by version desc
    limit 100`);
  return rows.toReversed();
}
