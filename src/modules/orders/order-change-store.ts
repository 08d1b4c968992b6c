import type { Instant } from "../../kernel/clock.ts";
import type { CancellationId, Uuid } from "../../kernel/ids.ts";
import { minorUnits } from "../../kernel/money.ts";
import { instantParameter, sql, type Transaction } from "../../platform/db/index.ts";
import type { Order, OrderActor } from "./order.ts";
import type { OrderEvent, OrderState } from "./order-machine.ts";
import type { PartFreight, PartGroup, PartLine } from "./order-parts.ts";

/** Units of an order that are given up, with what they are worth: net of tax on the lines, `amount` with tax and freight. */
export type NewCancellation = {
  readonly cancellationId: CancellationId;
  /** What it came from, one word: `company_cancelled`, `not_accepted_in_time`. */
  readonly cause: string;
  /** Why, in the words of whoever cancelled; null when a deadline did. */
  readonly reason: string | null;
  readonly amount: bigint;
  /** Whose doing it is, when that is not who makes the change: a seller that delivers less with the company's consent. */
  readonly by?: OrderActor | undefined;
  readonly lines: readonly {
    readonly lineNumber: number;
    readonly quantity: number;
    readonly gross: bigint;
    readonly discount: bigint;
    readonly net: bigint;
  }[];
};

/** Days that the seller promises, and from when on the company may cancel freely because the last of them is long over. */
export type OrderPromise = {
  readonly promisedOn: string;
  readonly cancellableFrom: Instant;
  readonly lines: readonly { readonly lineNumber: number; readonly promisedOn: string }[];
};

/**
 * What a change makes of a locked order. Lines, groups and freight are as they are after it; those that it leaves alone are not in the
 * lists. Each change gives the order one version more, and so one event.
 */
export type OrderChange = {
  readonly order: Order;
  /** The edge it takes; none when only units moved. */
  readonly edge?: { readonly event: OrderEvent; readonly to: OrderState } | undefined;
  readonly lines?: readonly PartLine[];
  readonly groups?: readonly PartGroup[];
  readonly freight?: readonly PartFreight[];
  readonly promise?: OrderPromise | undefined;
  readonly cancellation?: NewCancellation | undefined;
  /** What the history says it came from. */
  readonly cause: string;
};

/** By whom, when and under which key. */
export type ChangedBy = { readonly actor: OrderActor; readonly at: Instant; readonly idempotencyId: Uuid | null };

/**
 * Writes changes of locked orders in one statement: units and their worth on lines, tax groups and freight, the orders, their histories
 * where an edge is taken, and the cancellations. Gives the orders as they are now, in the order of the changes.
 */
export async function writeOrderChanges(tx: Transaction, changes: readonly OrderChange[], by: ChangedBy): Promise<Order[]> {
  const changed = changes.map(({ order, edge, promise, cancellation }) => ({
    ...order,
    state: edge?.to ?? order.state,
    version: order.version + 1,
    cancelled: minorUnits(order.cancelled + (cancellation?.amount ?? 0n)),
    promisedOn: promise?.promisedOn ?? order.promisedOn,
    cancellableFrom: promise?.cancellableFrom ?? order.cancellableFrom,
  }));
  if (changes.length === 0) return changed;
  const { actor, at, idempotencyId } = by;
  const orders = changes.map(({ order, edge, cause }, index) => ({
    ...keyOf(order),
    company_id: order.companyId,
    version: changed[index]?.version,
    from_state: order.state,
    event: edge?.event ?? null,
    state: changed[index]?.state,
    cancelled: `${changed[index]?.cancelled}`,
    promised_on: changed[index]?.promisedOn,
    cancellable_from: instantParameter(changed[index]?.cancellableFrom ?? undefined),
    cause,
  }));
  await tx.query(sql`
    with changes as (
      select * from json_to_recordset(${JSON.stringify(orders)}::json) as x (
        seller_id uuid, order_id uuid, company_id uuid, version integer, from_state text, event text, state text, cancelled bigint,
        promised_on date, cancellable_from timestamptz, cause text)
    ), changed as (
      update orders o
      set state = changes.state, version = changes.version, cancelled = changes.cancelled, promised_on = changes.promised_on,
        cancellable_from = changes.cancellable_from
      from changes
      where o.seller_id = changes.seller_id and o.order_id = changes.order_id
    ), lines as (
      update order_lines l
      set packed = coalesce(x.packed, l.packed), shipped = coalesce(x.shipped, l.shipped), cancelled = coalesce(x.cancelled, l.cancelled),
        shipped_net = coalesce(x.shipped_net, l.shipped_net), cancelled_net = coalesce(x.cancelled_net, l.cancelled_net),
        promised_on = coalesce(x.promised_on, l.promised_on)
      from json_to_recordset(${JSON.stringify(lineRows(changes))}::json) as x (
        seller_id uuid, order_id uuid, line_number integer, packed integer, shipped integer, cancelled integer, shipped_net bigint,
        cancelled_net bigint, promised_on date)
      where l.seller_id = x.seller_id and l.order_id = x.order_id and l.line_number = x.line_number
    ), groups as (
      update order_tax_groups g set shipped_net = x.shipped_net, cancelled_net = x.cancelled_net
      from json_to_recordset(${JSON.stringify(groupRows(changes))}::json) as x (
        seller_id uuid, order_id uuid, tax_category text, amendment integer, shipped_net bigint, cancelled_net bigint)
      where g.seller_id = x.seller_id and g.order_id = x.order_id and g.tax_category = x.tax_category and g.amendment = x.amendment
    ), freight as (
      update order_freight f set charged = x.charged, cancelled = x.cancelled
      from json_to_recordset(${JSON.stringify(freightRows(changes))}::json) as x (
        seller_id uuid, order_id uuid, tax_category text, charged bigint, cancelled bigint)
      where f.seller_id = x.seller_id and f.order_id = x.order_id and f.tax_category = x.tax_category
    ), history as (
      insert into order_history (seller_id, order_id, company_id, version, from_state, event, to_state, actor_kind, actor_id, cause, at, idempotency_id)
      select seller_id, order_id, company_id, version, from_state, event, state, ${actor.kind}, ${actor.id}::uuid, cause,
        ${instantParameter(at)}::timestamptz, ${idempotencyId}::uuid
      from changes
      where event is not null
    ), cancellations as (
      insert into order_cancellations (seller_id, cancellation_id, order_id, company_id, actor_kind, actor_id, cause, reason, amount, at, idempotency_id)
      select seller_id, cancellation_id, order_id, company_id, actor_kind, actor_id, cause, reason, amount,
        ${instantParameter(at)}::timestamptz, ${idempotencyId}::uuid
      from json_to_recordset(${JSON.stringify(cancellationRows(changes, actor))}::json) as x (
        seller_id uuid, cancellation_id uuid, order_id uuid, company_id uuid, actor_kind text, actor_id uuid, cause text, reason text, amount bigint)
    )
    insert into order_cancellation_lines (seller_id, cancellation_id, line_number, quantity, gross, discount, net)
    select seller_id, cancellation_id, line_number, quantity, gross, discount, net
    from json_to_recordset(${JSON.stringify(cancelledLineRows(changes))}::json) as x (
      seller_id uuid, cancellation_id uuid, line_number integer, quantity integer, gross bigint, discount bigint, net bigint)`);
  return changed;
}

/** Writes the change of one locked order. */
export async function writeOrderChange(tx: Transaction, change: OrderChange, by: ChangedBy): Promise<Order> {
  const [order] = await writeOrderChanges(tx, [change], by);
  if (order === undefined) throw new Error("a change leaves an order");
  return order;
}

function keyOf({ sellerId, orderId }: Order) {
  return { seller_id: sellerId, order_id: orderId };
}

function lineRows(changes: readonly OrderChange[]) {
  return changes.flatMap(({ order, lines = [], promise }) => {
    const counters = new Map(lines.map((line) => [line.lineNumber, line]));
    const promises = new Map(promise?.lines.map((line) => [line.lineNumber, line.promisedOn]));
    return [...new Set([...counters.keys(), ...promises.keys()])].map((lineNumber) => {
      const line = counters.get(lineNumber);
      return {
        ...keyOf(order),
        line_number: lineNumber,
        packed: line?.packed,
        shipped: line?.shipped,
        cancelled: line?.cancelled,
        shipped_net: line === undefined ? undefined : `${line.shippedNet}`,
        cancelled_net: line === undefined ? undefined : `${line.cancelledNet}`,
        promised_on: promises.get(lineNumber),
      };
    });
  });
}

function groupRows(changes: readonly OrderChange[]) {
  return changes.flatMap(({ order, groups = [] }) =>
    groups.map((group) => ({
      ...keyOf(order),
      tax_category: group.taxCategory,
      amendment: group.amendment,
      shipped_net: `${group.shippedNet}`,
      cancelled_net: `${group.cancelledNet}`,
    })),
  );
}

function freightRows(changes: readonly OrderChange[]) {
  return changes.flatMap(({ order, freight = [] }) =>
    freight.map((each) => ({
      ...keyOf(order),
      tax_category: each.taxCategory,
      charged: `${each.charged}`,
      cancelled: `${each.cancelled}`,
    })),
  );
}

function cancellationRows(changes: readonly OrderChange[], actor: OrderActor) {
  return changes.flatMap(({ order, cancellation }) =>
    cancellation === undefined
      ? []
      : [
          {
            ...keyOf(order),
            company_id: order.companyId,
            cancellation_id: cancellation.cancellationId,
            cause: cancellation.cause,
            reason: cancellation.reason,
            amount: `${cancellation.amount}`,
            actor_kind: (cancellation.by ?? actor).kind,
            actor_id: (cancellation.by ?? actor).id,
          },
        ],
  );
}

function cancelledLineRows(changes: readonly OrderChange[]) {
  return changes.flatMap(({ order, cancellation }) =>
    (cancellation?.lines ?? []).map((line) => ({
      seller_id: order.sellerId,
      cancellation_id: cancellation?.cancellationId,
      line_number: line.lineNumber,
      quantity: line.quantity,
      gross: `${line.gross}`,
      discount: `${line.discount}`,
      net: `${line.net}`,
    })),
  );
}
