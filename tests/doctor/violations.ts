import { createHash } from "node:crypto";
import { type Id, type Prefix, toWireId, type Uuid } from "../../src/kernel/ids.ts";
import { companyOf, keyOf, locationOf, offerOf, sellerOf, uuidOf } from "../placing/planted-market.ts";
import { ledgerGuardsInTheWay, ledgerViolations } from "./ledger-violations.ts";
import { paperGuardsInTheWay, paperViolations } from "./paper-violations.ts";
import { shipmentGuardsInTheWay, shipmentViolations } from "./shipment-violations.ts";
import type { PlacedOrder } from "./placed-order.ts";
import type { TradedMarket } from "./traded-market.ts";
import type { Violation } from "./violation.ts";

const wire = (prefix: Prefix, id: string): string => toWireId(prefix, id as Id<Prefix>);
const level = (offer: number): string => `${wire("off", offerOf(offer))} ${wire("loc", locationOf(offer % 2))}`;
const order = ({ orderId }: PlacedOrder): string => wire("ord", orderId);
const checkout = ({ checkoutId }: PlacedOrder): string => wire("chk", checkoutId);

const nowhere = uuidOf<Uuid>(900, 1);
const laterOffer = uuidOf<Uuid>(900, 2);
const latestOffer = uuidOf<Uuid>(900, 3);
const elsewhere = uuidOf<Uuid>(900, 4);
const asked = uuidOf<Uuid>(900, 5);
const ended = uuidOf<Uuid>(900, 6);
const firstOperation = uuidOf<Uuid>(0, 0);

/** The guards that stand in the way of what is planted. Doctor is for the day on which one of them was not there. */
export const guardsInTheWay = `
  alter table stock_levels drop constraint stock_levels_never_oversold;
  alter table stock_operations drop constraint stock_operations_once_per_key;
  alter table events drop constraint events_position_key, disable trigger user;
  alter table event_audiences drop constraint event_audiences_position_key, disable trigger user;
  alter table orders disable trigger user;
  alter table order_lines disable trigger user;
  alter table order_requests disable trigger user;
  alter table reservations disable trigger user;
  alter table checkouts disable trigger user;
  drop index checkouts_live_reference;${shipmentGuardsInTheWay};${ledgerGuardsInTheWay}${paperGuardsInTheWay}`;

type Plant = readonly [name: string, plant: string, values: readonly unknown[], expected: readonly string[]];

/** In this order, each on rows of its own, so that what one breaks is not what another broke. */
export function violationsOf(market: TradedMarket): readonly Violation[] {
  const plants = [
    ...stock(market),
    ...lifecycles(market),
    ...amounts(market),
    ...parts(market),
    ...credit,
    ...deadlines(market),
    ...keys(market),
    ...shipmentViolations(market.shipments),
    ...paperViolations(market),
    ...events(market),
  ];
  return [...plants.map(([name, plant, values, expected]) => ({ name, plant, values, expected })), ...ledgerViolations(market)];
}

/** How many of the market's orders the violations use up. */
export const ordersNeeded = 35;

function orderAt({ orders }: TradedMarket, place: number): PlacedOrder {
  const found = orders[place];
  if (found === undefined) throw new Error("the market has too few orders");
  return found;
}

function stock(market: TradedMarket): readonly Plant[] {
  const { cancelled } = market;
  const longer = orderAt(market, 0);
  const moved = orderAt(market, 15);
  const packed = orderAt(market, 13);
  const shipped = orderAt(market, 14);
  return [
    [
      "a level that may be sold below nothing",
      "update stock_levels set backorder_limit = -1 where offer_id = $1",
      [offerOf(0)],
      [`S1 ${level(0)}`, `S3 ${level(0)}`],
    ],
    [
      "a level that promises one unit more than anybody holds",
      "update stock_levels set reserved = reserved + 1 where offer_id = $1",
      [offerOf(1)],
      [`S2 ${level(1)}`, `S3 ${level(1)}`],
    ],
    [
      "goods that came without a movement",
      "delete from movements where offer_id = $1 and kind = 'receive'",
      [offerOf(2)],
      [`S3 ${level(2)}`],
    ],
    [
      "a line with more units than are reserved for it",
      "update order_lines set quantity = quantity + 1, gross = gross + unit_price, net = net + unit_price where order_id = $1",
      [longer.orderId],
      [`O2 ${order(longer)}`, `S4 ${order(longer)}`],
    ],
    [
      "a reservation of a cancelled order that holds its units still",
      "update reservations set released = 0 where order_id = $1",
      [cancelled.orderId],
      [`S4 ${order(cancelled)}`, `S4 rsv_… ${order(cancelled)}`],
    ],
    [
      "a backorder limit that no movement set",
      "update stock_levels set backorder_limit = backorder_limit + 1 where offer_id = $1",
      [offerOf(3)],
      [`S3 ${level(3)}`],
    ],
    [
      "units that were moved nowhere",
      "update reservations set reassigned = 1 where order_id = $1",
      [moved.orderId],
      [`S2 ${level(3)}`, `S4 ${order(moved)}`, `S4 rsv_… ${order(moved)}`],
    ],
    [
      "packed units that stand in no parcel",
      "update reservations set packed = 1 where order_id = $1",
      [packed.orderId],
      [`S5 ${order(packed)}`, `S5 rsv_… ${order(packed)}`],
    ],
    [
      "a line of which more was shipped than left the stock",
      "update order_lines set shipped = 1 where order_id = $1",
      [shipped.orderId],
      [`M6 ${order(shipped)}`, `O2 ${order(shipped)}`, `S5 ${order(shipped)}`],
    ],
    [
      "units that came back on sale with no parcel",
      `with back as (
         insert into movements (seller_id, movement_id, offer_id, location_id, kind, on_hand_delta, reserved_delta, cause_type, cause_id, at)
         select seller_id, $2, offer_id, location_id, 'restock', 1, 0, 'shipment_returned', $2, stoa_now() from stock_levels where offer_id = $1)
       update stock_levels set on_hand = on_hand + 1 where offer_id = $1`,
      [offerOf(3), nowhere],
      [`S5 ${wire("shp", nowhere)} ${wire("off", offerOf(3))}`],
    ],
  ];
}

function lifecycles(market: TradedMarket): readonly Plant[] {
  const { cancelled, paid, expired } = market;
  const moved = orderAt(market, 1);
  const bare = orderAt(market, 2);
  const teleported = orderAt(market, 3);
  return [
    [
      "an order whose state no step led to",
      "update orders set state = 'reserved' where order_id = $1",
      [moved.orderId],
      // Its seller's time to accept runs, although nobody has paid.
      [`O1 ${order(moved)}`, `O5 ${order(moved)}`],
    ],
    ["an order without a history", "delete from order_history where order_id = $1", [bare.orderId], [`O1 ${order(bare)}`]],
    [
      "a step along no edge",
      "update order_history set event = 'teleport' where order_id = $1",
      [teleported.orderId],
      [`O1 ${order(teleported)}`],
    ],
    [
      "a history without its first step",
      "delete from order_history where order_id = $1 and version = 1",
      [cancelled.orderId],
      [`O1 ${order(cancelled)}`],
    ],
    [
      "a history whose steps do not follow one another",
      "update checkout_history set from_state = 'confirmed' where checkout_id = $1 and version = 2",
      [paid.checkoutId],
      [`O1 ${checkout(paid)}`],
    ],
    [
      "a history that is ahead of its checkout",
      "update checkout_history set version = 9 where checkout_id = $1 and version = 2",
      [expired.checkoutId],
      [`O1 ${checkout(expired)}`],
    ],
  ];
}

function amounts(market: TradedMarket): readonly Plant[] {
  const { expired } = market;
  const at = (place: number): PlacedOrder => orderAt(market, place);
  const resaid = (path: string): string =>
    `update orders set snapshot = said, snapshot_hash = sha256(convert_to(said, 'UTF8'))
     from (select order_id as same, jsonb_set(snapshot::jsonb, '${path}', '7')::text as said from orders) as other
     where same = order_id and order_id = $1`;
  return [
    [
      "a line whose price is not that of its units",
      "update order_lines set unit_price = unit_price + 1 where order_id = $1",
      [at(4).orderId],
      [`O2 ${order(at(4))}`],
    ],
    [
      "a tax group that is more than its lines",
      "update order_tax_groups set net = net + 100, tax = tax + 19 where order_id = $1",
      [at(5).orderId],
      [`O2 ${order(at(5))}`],
    ],
    [
      "an order of another amount than its tax groups",
      "update orders set net = net + 1, tax = tax - 1 where order_id = $1",
      [at(6).orderId],
      [`O2 ${checkout(at(6))}`, `O2 ${order(at(6))}`],
    ],
    ["an order that lacks a line", "update orders set line_count = 2 where order_id = $1", [at(7).orderId], [`O2 ${order(at(7))}`]],
    [
      "a checkout of another amount than its orders",
      "update checkouts set net = net - 1, tax = tax + 1 where checkout_id = $1",
      [at(8).checkoutId],
      [`O2 ${checkout(at(8))}`],
    ],
    [
      "a checkout of which more is cancelled than of its orders",
      "update checkouts set cancelled = 1 where checkout_id = $1",
      [at(9).checkoutId],
      [`O2 ${checkout(at(9))}`],
    ],
    [
      "an expired order of which nothing is cancelled",
      "update orders set cancelled = 0 where order_id = $1",
      [expired.orderId],
      [`O2 ${checkout(expired)}`, `O2 ${order(expired)}`],
    ],
    ["a snapshot of another total, hashed again", resaid("{total}"), [at(10).orderId], [`O2 ${order(at(10))}`]],
    ["a snapshot of other units, hashed again", resaid("{lines,0,quantity}"), [at(11).orderId], [`O2 ${order(at(11))}`]],
    ["a snapshot of another tax, hashed again", resaid("{tax_groups,0,tax}"), [at(12).orderId], [`O2 ${order(at(12))}`]],
    [
      "an order's snapshot with another word",
      "update orders set snapshot = replace(snapshot, 'Bolt', 'Nut') where order_id = $1",
      [at(13).orderId],
      [`O3 ${order(at(13))}`],
    ],
    [
      "an order's snapshot that cannot be read",
      "update orders set snapshot = '{' where order_id = $1",
      [at(14).orderId],
      [`O3 ${order(at(14))}`],
    ],
    [
      "a checkout's snapshot with another word",
      "update checkouts set snapshot = replace(snapshot, 'City', 'Town') where checkout_id = $1",
      [at(15).checkoutId],
      [`O3 ${checkout(at(15))}`],
    ],
  ];
}

/** What was cancelled and shipped of orders, and what the parties ask one another. */
function parts(market: TradedMarket): readonly Plant[] {
  const { cancelled } = market;
  const at = (place: number): PlacedOrder => orderAt(market, place);
  const question = (kind: string, state: string, version: number): string =>
    `insert into order_requests (seller_id, request_id, order_id, company_id, kind, state, version, asked_by, reason, asked_at, answer_before,
       answered_at, idempotency_id)
     select o.seller_id, $2, o.order_id, o.company_id, '${kind}', '${state}', ${version}, $2, '', stoa_now(), stoa_now(),
       ${state === "open" ? "null" : "stoa_now()"}, c.idempotency_id
     from orders o join checkouts c using (company_id, checkout_id) where o.order_id = $1`;
  return [
    [
      "a cancellation of fewer units than its line",
      `update order_cancellation_lines set quantity = quantity - 1
       from order_cancellations c where c.cancellation_id = order_cancellation_lines.cancellation_id and c.order_id = $1`,
      [cancelled.orderId],
      [`O2 ${order(cancelled)}`],
    ],
    [
      "an order of which an amount is cancelled that no cancellation names",
      `with group_of as (update order_tax_groups set cancelled_net = 100 where order_id = $1),
         line_of as (update order_lines set cancelled_net = 100 where order_id = $1)
       select`,
      [at(22).orderId],
      [`O2 ${order(at(22))}`],
    ],
    [
      "an order, its checkout and the credit used whose tax was amended by nothing",
      `with order_of as (update orders set amended = 5 where order_id = $1 returning company_id, checkout_id, currency),
         credit_of as (update credit_accounts a set used = used + 5 from order_of
           where a.company_id = order_of.company_id and a.currency = order_of.currency)
       update checkouts c set amended = 5 from order_of where c.company_id = order_of.company_id and c.checkout_id = order_of.checkout_id`,
      [at(31).orderId],
      [`O2 ${order(at(31))}`],
    ],
    [
      "a checkout whose tax was amended by none of its orders",
      "update checkouts set amended = 1 where checkout_id = $1",
      [at(34).checkoutId],
      [`O2 ${checkout(at(34))}`],
    ],
    [
      "a tax group that was amended into nothing",
      "update order_tax_groups set amended_net = net where order_id = $1",
      [at(32).orderId],
      [`O2 ${order(at(32))}`],
    ],
    [
      "a tax group that no amendment made",
      `insert into order_tax_groups (seller_id, order_id, tax_category, tax_code, tax_rate_ppm, net, tax, amendment)
       select seller_id, order_id, tax_category, 'Z', 0, 0, 0, 1 from order_tax_groups where order_id = $1`,
      [at(33).orderId],
      [`O2 ${order(at(33))}`],
    ],
    [
      "a tax group of which more is cancelled than of its lines",
      "update order_tax_groups set cancelled_net = 1 where order_id = $1",
      [at(23).orderId],
      [`O2 ${order(at(23))}`],
    ],
    [
      "a line whose shipped part is worth what no units of it are",
      "update order_lines set shipped_net = 1 where order_id = $1",
      [at(24).orderId],
      [`M6 ${order(at(24))}`, `O2 ${order(at(24))}`],
    ],
    [
      "freight that its order does not know",
      `insert into order_freight (seller_id, order_id, tax_category, tax_code, tax_rate_ppm, net)
       select seller_id, order_id, tax_category, tax_code, tax_rate_ppm, 1 from order_tax_groups where order_id = $1`,
      [at(25).orderId],
      [`O2 ${order(at(25))}`],
    ],
    [
      "a confirmed order with units in a parcel",
      "update order_lines set packed = 1 where order_id = $1",
      [at(26).orderId],
      [`O2 ${order(at(26))}`, `S5 ${order(at(26))}`],
    ],
    ["an order that nobody's time runs for", "delete from deadlines where subject_id = $1", [at(27).orderId], [`O5 ${order(at(27))}`]],
    [
      "a question without a deadline, about an order whose seller's time runs on",
      question("acceptance", "open", 1),
      [at(28).orderId, asked],
      [`O5 ${order(at(28))}`, `O5 ${wire("orq", asked)}`, `R2 ${wire("orq", asked)}`],
    ],
    [
      "a question that ended without a step",
      question("cancellation", "granted", 1),
      [at(29).orderId, ended],
      [`O1 ${wire("orq", ended)}`, `R2 ${wire("orq", ended)}`],
    ],
  ];
}

const credit: readonly Plant[] = [
  [
    "used credit that no order explains",
    "update credit_accounts set used = used + 1 where company_id = $1",
    [companyOf(0)],
    [`M7 ${wire("cmp", companyOf(0))}`],
  ],
  [
    "orders on account of a company without an account",
    "delete from credit_accounts where company_id = $1",
    [companyOf(1)],
    [`M7 ${wire("cmp", companyOf(1))}`, `O4 ${wire("cmp", companyOf(1))}`],
  ],
];

function deadlines(market: TradedMarket): readonly Plant[] {
  const { pending, paid } = market;
  const [still, held] = [orderAt(market, 20), orderAt(market, 21)];
  return [
    [
      "a deadline that passed two minutes ago",
      "insert into deadlines values ($1, 'something', $1, stoa_now() - interval '2 minutes')",
      [nowhere],
      [`O5 ${wire("dln", nowhere)}`],
    ],
    [
      "a deadline that stands still although nothing stops its order",
      "insert into deadlines values ($1, 'something', $2, stoa_now() + interval '1 day', stoa_now())",
      [still.sellerId, still.orderId],
      [`O5 ${wire("dln", still.orderId)}`],
    ],
    [
      "a deadline of no order that stands still",
      "insert into deadlines values ($1, 'something', $1, stoa_now() + interval '1 day', stoa_now())",
      [elsewhere],
      [`O5 ${wire("dln", elsewhere)}`],
    ],
    [
      "a hold of an order whose deadlines go on",
      `with hold as (
         insert into holds (hold_id, subject_type, subject_id, reason, owner_kind, owner_id, look_again_on, placed_at, placed_by, idempotency_id, version)
         values ($2, 'order', $2, 'planted', 'key', $2, '2026-01-01', stoa_now(), $2, $2, 1))
       insert into deadlines values ($1, 'something', $2, stoa_now() + interval '1 day', null)`,
      [held.sellerId, held.orderId],
      [`O5 ${wire("dln", held.orderId)}`],
    ],
    [
      "a checkout that waits for payment without a deadline",
      "delete from deadlines where subject_id = $1",
      [pending.checkoutId],
      [`O5 ${checkout(pending)}`],
    ],
    [
      "a paid checkout with a deadline",
      `insert into deadlines select company_id, 'checkout_payment', checkout_id, stoa_now() + interval '1 hour'
       from checkouts where checkout_id = $1`,
      [paid.checkoutId],
      [`O5 ${checkout(paid)}`],
    ],
  ];
}

function keys(market: TradedMarket): readonly Plant[] {
  const at = (place: number): PlacedOrder => orderAt(market, place);
  return [
    [
      "a checkout whose key has no stored answer",
      "delete from idempotency using checkouts where checkouts.idempotency_id = idempotency.idempotency_id and checkout_id = $1",
      [at(16).checkoutId],
      [`R1 ${checkout(at(16))}`, `R1 ${order(at(16))}`],
    ],
    [
      "a checkout whose key was answered with a refusal",
      "update idempotency set status = 409 from checkouts where checkouts.idempotency_id = idempotency.idempotency_id and checkout_id = $1",
      [at(17).checkoutId],
      [`R1 ${checkout(at(17))}`, `R1 ${order(at(17))}`],
    ],
    [
      "the answer of a placing that placed nothing",
      `insert into idempotency
       values ($1, 'POST /v1/buyer/checkouts', $2, $3, $2, $4, 201, stoa_now(), 'application/json', null, null, false, '')`,
      [companyOf(0), hashOf("none"), nowhere, keyOf(0)],
      [`R1 ${wire("cmp", companyOf(0))}`],
    ],
    [
      "two answers of one name",
      `insert into idempotency
       select organisation_id, operation, $2, idempotency_id, fingerprint, principal_id, status, answered_at, content_type, location, etag,
         sealed, body
       from idempotency
       where operation = 'POST /v1/seller/stock/receipts' and organisation_id = $1`,
      [sellerOf(0), hashOf("other")],
      [`R1 ${wire("sel", sellerOf(0))}`],
    ],
    [
      "two stock operations of one key",
      `insert into stock_operations
       select seller_id, $2, kind, reason, principal_id, idempotency_id, at from stock_operations where seller_id = $1 and kind = 'adjust'`,
      [sellerOf(0), firstOperation],
      [`R1 ${wire("sto", firstOperation)}`],
    ],
    [
      "two live checkouts of one reference",
      `update checkouts set client_reference = other.client_reference
       from checkouts other where checkouts.checkout_id = $1 and other.checkout_id = $2`,
      // Every other order is of the same company.
      [at(19).checkoutId, at(15).checkoutId],
      [`R1 ${checkout(at(15))}`],
    ],
  ];
}

function events({ cancelled, pending, paid, expired }: TradedMarket): readonly Plant[] {
  const insert = (subject: string, version: string, position: string): string =>
    `insert into events
     select organisation_id, ${subject}, ${version}, gen_random_uuid(), type, 'offer', occurred_at, request_id, traceparent, data, ${position}
     from events, event_sequencer where subject_id = $1 and subject_version = 1`;
  return [
    ["an order that misses its event", "delete from events where subject_id = $1", [pending.orderId], ["R2 evt_…", `R2 ${order(pending)}`]],
    [
      "an event that skips a version",
      "update events set subject_version = 3 where subject_id = $1 and subject_version = 2",
      [cancelled.orderId],
      [`R2 ${order(cancelled)}`],
    ],
    [
      "an event that overtook the one before",
      "update events set position = (select sum(position) from events where subject_id = $1) - position where subject_id = $1",
      [expired.orderId],
      ["R2 evt_…", "R2 evt_…", `R2 ${order(expired)}`],
    ],
    [
      "an audience that is told another position",
      "update event_audiences set position = event_audiences.position + 1000 from events where events.event_id = event_audiences.event_id and subject_id = $1 and subject_version = 1",
      [paid.checkoutId],
      ["R2 evt_…"],
    ],
    [
      "an audience that is told twice",
      `insert into event_audiences select a.organisation_id, a.event_id, a.envelope, null
       from event_audiences a join events using (event_id) where subject_id = $1 and subject_version = 2`,
      [paid.checkoutId],
      ["R2 evt_…"],
    ],
    [
      "a sequencer behind the positions it gave",
      insert(`'${laterOffer}'::uuid`, "1", "last_position + 1"),
      [paid.checkoutId],
      [`R2 ${wire("off", laterOffer)}`],
    ],
    [
      "a position that leaves others out",
      insert(`'${latestOffer}'::uuid`, "1", "last_position + 5"),
      [paid.checkoutId],
      [`R2 ${wire("off", latestOffer)}`],
    ],
  ];
}

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
