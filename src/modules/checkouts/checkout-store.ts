import type { Instant } from "../../kernel/clock.ts";
import type { CheckoutId, CompanyId, Uuid } from "../../kernel/ids.ts";
import type { Currency, MinorUnits } from "../../kernel/money.ts";
import { instantParameter, locking, type Reader, type Statement, sql, type Transaction } from "../../platform/db/index.ts";
import type { Actor, Checkout, NewCheckout, PaymentMethod } from "./checkout.ts";
import type { CheckoutEvent, CheckoutState } from "./checkout-machine.ts";
import { paymentReferenceOf } from "./payment-reference.ts";

/** The checkouts that a company's reference names now: the live one, if any, and the last one that ended unconfirmed. */
export type ReferenceUse = {
  readonly companyId: CompanyId;
  readonly clientReference: string;
  readonly live: { readonly checkoutId: CheckoutId; readonly state: CheckoutState } | null;
  readonly ended: { readonly checkoutId: CheckoutId; readonly state: CheckoutState } | null;
};

/** Who uses these references. Read after the references' advisory locks are held, so that it is true until this transaction ends. */
export async function readReferenceUses(
  reader: Reader,
  references: readonly { readonly companyId: CompanyId; readonly clientReference: string }[],
): Promise<ReferenceUse[]> {
  const rows = await reader.query(
    sql<{
      company_id: CompanyId;
      client_reference: string;
      live_id: CheckoutId | null;
      live_state: CheckoutState | null;
      ended_id: CheckoutId | null;
      ended_state: CheckoutState | null;
    }>`
      select asked.company_id, asked.client_reference,
        live.checkout_id as live_id, live.state as live_state, ended.checkout_id as ended_id, ended.state as ended_state
      from unnest(${references.map(({ companyId }) => companyId)}::uuid[], ${references.map(({ clientReference }) => clientReference)}::text[])
          as asked (company_id, client_reference)
        left join lateral (
          select c.checkout_id, c.state from checkouts c
          where c.company_id = asked.company_id and c.client_reference = asked.client_reference
            and c.state not in ('expired', 'rejected', 'cancelled')
        ) live on true
        left join lateral (
          select c.checkout_id, c.state from checkouts c
          where c.company_id = asked.company_id and c.client_reference = asked.client_reference
            and c.state in ('expired', 'rejected', 'cancelled')
          order by c.checkout_id desc limit 1
        ) ended on true`,
  );
  return rows.map((row) => ({
    companyId: row.company_id,
    clientReference: row.client_reference,
    live: row.live_id === null || row.live_state === null ? null : { checkoutId: row.live_id, state: row.live_state },
    ended: row.ended_id === null || row.ended_state === null ? null : { checkoutId: row.ended_id, state: row.ended_state },
  }));
}

/** The kind of the deadline that a checkout waiting for payment has. */
export const paymentDeadline = "checkout_payment";

/** Writes checkouts and the edges they were born along, in one statement. */
export function insertCheckouts(checkouts: readonly NewCheckout[]): Statement {
  const rows = checkouts.map((checkout) => ({
    company_id: checkout.companyId,
    checkout_id: checkout.checkoutId,
    client_reference: checkout.clientReference,
    event: checkout.event,
    state: checkout.state,
    payment_method: checkout.paymentMethod,
    payment_reference: paymentReferenceOf(checkout.checkoutId, checkout.paymentMethod),
    currency: checkout.currency,
    net: `${checkout.net}`,
    tax: `${checkout.tax}`,
    total: `${checkout.total}`,
    placed_at: instantParameter(checkout.placedAt),
    placed_by: checkout.placedBy,
    idempotency_id: checkout.idempotencyId,
    replaces: checkout.replaces,
    pay_before: checkout.payBefore === null ? null : instantParameter(checkout.payBefore),
    snapshot: checkout.snapshot,
  }));
  return sql`
    with placed as (
      select * from json_to_recordset(${JSON.stringify(rows)}::json) as x (
        company_id uuid, checkout_id uuid, client_reference text, event text, state text, payment_method text,
        payment_reference text, currency text, net bigint, tax bigint, total bigint, placed_at timestamptz, placed_by uuid, idempotency_id uuid, replaces uuid,
        pay_before timestamptz, snapshot text)
    ), written as (
      insert into checkouts (company_id, checkout_id, client_reference, state, version, payment_method, payment_reference, currency, net, tax,
        total, placed_at, placed_by, idempotency_id, replaces, pay_before, snapshot, snapshot_hash)
      select company_id, checkout_id, client_reference, state, 1, payment_method, payment_reference, currency, net, tax, total,
        placed_at, placed_by, idempotency_id, replaces, pay_before, snapshot, sha256(convert_to(snapshot, 'UTF8'))
      from placed
    )
    insert into checkout_history (company_id, checkout_id, version, from_state, event, to_state, actor_kind, actor_id, cause, at, idempotency_id)
    select company_id, checkout_id, 1, '', event, state, 'company', placed_by, 'placed', placed_at, idempotency_id
    from placed`;
}

type CheckoutRow = {
  company_id: CompanyId;
  checkout_id: CheckoutId;
  client_reference: string;
  state: CheckoutState;
  version: number;
  payment_method: PaymentMethod;
  currency: Currency;
  total: bigint;
  cancelled: bigint;
  amended: bigint;
  pay_before: Instant | null;
};

/** Locks checkouts by primary key. One that is not there is not among them. */
export async function lockCheckouts(tx: Transaction, checkoutIds: readonly CheckoutId[]): Promise<Checkout[]> {
  const rows = await tx.query(
    locking(
      "checkout",
      sql<CheckoutRow>`
      select company_id, checkout_id, client_reference, state, version, payment_method, currency, total, cancelled, amended, pay_before
      from checkouts
      where checkout_id = any (${checkoutIds}::uuid[])
      order by company_id, checkout_id
      for no key update`,
    ),
  );
  return rows.map(toCheckout);
}

/** Locks a checkout. Undefined when there is none of this id. */
export async function lockCheckout(tx: Transaction, checkoutId: CheckoutId): Promise<Checkout | undefined> {
  const [checkout] = await lockCheckouts(tx, [checkoutId]);
  return checkout;
}

/** Locks checkouts, but those that somebody else holds: these are left out, as are those that are not there. */
export async function lockCheckoutsIfFree(tx: Transaction, checkoutIds: readonly CheckoutId[]): Promise<Checkout[]> {
  const rows = await tx.query(
    locking(
      "checkout",
      sql<CheckoutRow>`
      select company_id, checkout_id, client_reference, state, version, payment_method, currency, total, cancelled, amended, pay_before
      from checkouts
      where checkout_id = any (${checkoutIds}::uuid[])
      order by company_id, checkout_id
      for no key update skip locked`,
    ),
  );
  return rows.map(toCheckout);
}

/** Locks a checkout unless somebody else holds it, in which case, as when there is none, the answer is undefined. */
export async function lockCheckoutIfFree(tx: Transaction, checkoutId: CheckoutId): Promise<Checkout | undefined> {
  const [checkout] = await lockCheckoutsIfFree(tx, [checkoutId]);
  return checkout;
}

/** A change of a locked checkout: its new state, how much of it is now cancelled, and what amendments changed of it. */
export type CheckoutChange = {
  readonly checkout: Checkout;
  readonly state: CheckoutState;
  readonly cancelled: MinorUnits;
  /** Left out where no tax was amended. */
  readonly amended?: MinorUnits;
  /** The edge taken; null when only its numbers changed. */
  readonly event: CheckoutEvent | null;
};

/** By whom checkouts are changed, why, when and under which key. */
export type CheckoutsChangedBy = {
  readonly actor: Actor;
  readonly cause: string;
  readonly at: Instant;
  readonly idempotencyId: Uuid | null;
};

/**
 * Writes changes of locked checkouts and, where lifecycle edges were taken, their histories, in one statement. Gives the checkouts as they
 * are now, in the order of the changes.
 */
export async function changeCheckouts(tx: Transaction, changes: readonly CheckoutChange[], by: CheckoutsChangedBy): Promise<Checkout[]> {
  const { actor, cause, at, idempotencyId } = by;
  const changed = changes.map(({ checkout, state, cancelled, amended = checkout.amended }) => ({
    ...{ ...checkout, state, version: checkout.version + 1, cancelled, amended },
  }));
  if (changes.length === 0) return changed;
  const rows = changes.map(({ checkout, state, cancelled, amended = checkout.amended, event }) => ({
    company_id: checkout.companyId,
    checkout_id: checkout.checkoutId,
    version: checkout.version + 1,
    from_state: checkout.state,
    event,
    state,
    cancelled: `${cancelled}`,
    amended: `${amended}`,
  }));
  await tx.query(sql`
    with changes as (
      select * from json_to_recordset(${JSON.stringify(rows)}::json) as x (
        company_id uuid, checkout_id uuid, version integer, from_state text, event text, state text, cancelled bigint, amended bigint)
    ), changed as (
      update checkouts c set state = changes.state, version = changes.version, cancelled = changes.cancelled, amended = changes.amended
      from changes
      where c.company_id = changes.company_id and c.checkout_id = changes.checkout_id
    )
    insert into checkout_history (company_id, checkout_id, version, from_state, event, to_state, actor_kind, actor_id, cause, at, idempotency_id)
    select company_id, checkout_id, version, from_state, event, state, ${actor.kind}, ${actor.id}::uuid, ${cause},
      ${instantParameter(at)}::timestamptz, ${idempotencyId}::uuid
    from changes
    where event is not null`);
  return changed;
}

function toCheckout(row: CheckoutRow): Checkout {
  return {
    companyId: row.company_id,
    checkoutId: row.checkout_id,
    clientReference: row.client_reference,
    state: row.state,
    version: row.version,
    paymentMethod: row.payment_method,
    currency: row.currency,
    total: row.total as MinorUnits,
    cancelled: row.cancelled as MinorUnits,
    amended: row.amended as MinorUnits,
    payBefore: row.pay_before,
  };
}
