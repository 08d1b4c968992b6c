import { sql } from "../../platform/db/index.ts";
import type { FoundRow, Invariant } from "./invariant.ts";

/** What is on hand, what of it is promised, and why. */
export const stockInvariants: readonly Invariant[] = [
  {
    number: "S1",
    sentence: "A stock level is never below zero and never promises more than is on hand plus its backorder limit.",
    find: (reader) =>
      reader.query(sql<FoundRow>`
        select array['offer', 'location'] as kinds, array[offer_id, location_id] as ids,
          coalesce(format('%s on hand, %s reserved, backorder limit %s', on_hand, reserved, backorder_limit), '') as detail,
          (count(*) over ())::integer as found
        from stock_levels
        where on_hand not between 0 and 1000000000
          or backorder_limit not between 0 and 1000000000
          or reserved < 0
          or reserved > on_hand::bigint + backorder_limit
        order by ids
        limit 1000`),
  },
  {
    number: "S2",
    sentence: "What a stock level has reserved is what its reservations hold.",
    find: (reader) =>
      reader.query(sql<FoundRow>`
        with held as (
          select seller_id, offer_id, location_id, sum(quantity::bigint - finalized - released - reassigned) as units
          from reservations
          group by seller_id, offer_id, location_id
        ), compared as (
          select offer_id, location_id, coalesce(level.reserved, 0) as reserved, coalesce(held.units, 0) as units
          from stock_levels level
            full join held using (seller_id, offer_id, location_id)
        )
        select array['offer', 'location'] as kinds, array[offer_id, location_id] as ids,
          coalesce(format('%s reserved, reservations hold %s', reserved, units), '') as detail,
          (count(*) over ())::integer as found
        from compared
        where reserved <> units
        order by ids
        limit 1000`),
  },
  {
    number: "S3",
    sentence: "A stock level is the sum of its movements.",
    find: (reader) =>
      reader.query(sql<FoundRow>`
        with moved as (
          select seller_id, offer_id, location_id, sum(on_hand_delta) as on_hand, sum(reserved_delta) as reserved, sum(limit_delta) as backorder_limit
          from movements
          group by seller_id, offer_id, location_id
        ), compared as (
          select offer_id, location_id, coalesce(level.on_hand, 0) as on_hand, coalesce(level.reserved, 0) as reserved,
            coalesce(level.backorder_limit, 0) as backorder_limit, coalesce(moved.on_hand, 0) as moved_on_hand,
            coalesce(moved.reserved, 0) as moved_reserved, coalesce(moved.backorder_limit, 0) as moved_limit
          from stock_levels level
            full join moved using (seller_id, offer_id, location_id)
        )
        select array['offer', 'location'] as kinds, array[offer_id, location_id] as ids,
          coalesce(format('%s on hand, %s reserved and backorder limit %s, movements sum to %s, %s and %s', on_hand, reserved, backorder_limit,
            moved_on_hand, moved_reserved, moved_limit), '') as detail,
          (count(*) over ())::integer as found
        from compared
        where on_hand <> moved_on_hand or reserved <> moved_reserved or backorder_limit <> moved_limit
        order by ids
        limit 1000`),
  },
  {
    number: "S4",
    sentence:
      "What was reserved for a line is its quantity, wherever it was moved, and is finalized, released or held; what is cancelled of it is released; movements say the same.",
    find: (reader) =>
      reader.query(sql<FoundRow>`
        with given as (
          select seller_id, order_id, line_number, sum(quantity::bigint - reassigned) as reserved, sum(released::bigint) as released
          from reservations
          where replacement = 0
          group by seller_id, order_id, line_number
        ), moved as (
          select seller_id, reservation_id,
            coalesce(sum(reserved_delta) filter (where kind = 'reserve' or kind = 'reassign' and reserved_delta > 0), 0) as reserved,
            coalesce(-sum(reserved_delta) filter (where kind = 'release'), 0) as released,
            coalesce(-sum(reserved_delta) filter (where kind = 'finalize'), 0) as finalized,
            coalesce(-sum(reserved_delta) filter (where kind = 'reassign' and reserved_delta < 0), 0) as reassigned
          from movements
          where reservation_id is not null
          group by seller_id, reservation_id
        ), broken as (
          select array['order'] as kinds, array[order_id] as ids,
            format('line %s: %s ordered, %s cancelled; %s reserved, %s released', line_number, line.quantity, line.cancelled,
              coalesce(given.reserved, 0), coalesce(given.released, 0)) as detail
          from order_lines line
            full join given using (seller_id, order_id, line_number)
          where coalesce(line.quantity, 0) <> coalesce(given.reserved, 0) or coalesce(line.cancelled, 0) <> coalesce(given.released, 0)
          union all
          select array['reservation', 'order'], array[reservation_id, r.order_id],
            format('line %s: %s reserved, %s finalized, %s released, %s reassigned; movements reserve %s, finalize %s, release %s, reassign %s',
              r.line_number, r.quantity, r.finalized, r.released, r.reassigned, coalesce(moved.reserved, 0), coalesce(moved.finalized, 0),
              coalesce(moved.released, 0), coalesce(moved.reassigned, 0))
          from reservations r
            full join moved using (seller_id, reservation_id)
          where coalesce(r.quantity, 0) <> coalesce(moved.reserved, 0) or coalesce(r.released, 0) <> coalesce(moved.released, 0)
            or coalesce(r.finalized, 0) <> coalesce(moved.finalized, 0) or coalesce(r.reassigned, 0) <> coalesce(moved.reassigned, 0)
            or r.finalized < 0 or r.released < 0 or r.reassigned < 0 or r.packed < 0
            or r.finalized::bigint + r.released + r.reassigned + r.packed > r.quantity
        )
        select kinds, ids, coalesce(detail, '') as detail, (count(*) over ())::integer as found
        from broken
        order by ids, detail
        limit 1000`),
  },
  {
    number: "S5",
    sentence:
      "What is finalized was shipped and what is packed stands in a parcel, replacements counted; what was put back on sale came back with a parcel.",
    // Replacements are of what was shipped already, so the lines' own counters leave them out.
    find: (reader) =>
      reader.query(sql<FoundRow>`
        with sent as (
          select line.seller_id, line.reservation_id,
            coalesce(sum(line.quantity::bigint) filter (where shipment.shipped_at is not null), 0) as shipped,
            coalesce(sum(line.quantity::bigint) filter (where shipment.state = 'packed'), 0) as packed
          from shipment_lines line
            join shipments shipment using (seller_id, shipment_id)
          group by line.seller_id, line.reservation_id
        ), held as (
          select seller_id, order_id, line_number, sum(finalized::bigint) as finalized, sum(packed::bigint) as packed
          from reservations
          where replacement = 0
          group by seller_id, order_id, line_number
        ), back as (
          select line.seller_id, line.shipment_id, r.offer_id, sum(line.restocked::bigint) as restocked
          from shipment_lines line
            join reservations r using (seller_id, reservation_id)
          where line.restocked > 0
          group by line.seller_id, line.shipment_id, r.offer_id
        ), restocked as (
          select seller_id, cause_id as shipment_id, offer_id, sum(on_hand_delta) as units
          from movements
          where kind = 'restock' and cause_type = 'shipment_returned'
          group by seller_id, cause_id, offer_id
        ), broken as (
          select array['reservation', 'order'] as kinds, array[reservation_id, r.order_id] as ids,
            format('line %s: %s finalized, %s packed; parcels shipped %s and hold %s', r.line_number, r.finalized, r.packed,
              coalesce(sent.shipped, 0), coalesce(sent.packed, 0)) as detail
          from reservations r
            left join sent using (seller_id, reservation_id)
          where r.finalized <> coalesce(sent.shipped, 0) or r.packed <> coalesce(sent.packed, 0)
          union all
          select array['order'], array[order_id], format('line %s: %s shipped, %s packed; its reservations finalized %s and packed %s', line_number,
            line.shipped, line.packed, coalesce(held.finalized, 0), coalesce(held.packed, 0))
          from order_lines line
            left join held using (seller_id, order_id, line_number)
          where line.shipped <> coalesce(held.finalized, 0) or line.packed <> coalesce(held.packed, 0)
          union all
          select array['shipment', 'offer'], array[shipment_id, offer_id],
            format('%s units came back for sale, movements restock %s', coalesce(back.restocked, 0), coalesce(restocked.units, 0))
          from back
            full join restocked using (seller_id, shipment_id, offer_id)
          where coalesce(back.restocked, 0) <> coalesce(restocked.units, 0)
          union all
          select array['shipment'], array[shipment_id], format('line %s: %s shipped, %s restocked, %s scrapped', line.line_number, line.quantity,
            line.restocked, line.scrapped)
          from shipment_lines line
            join shipments shipment using (seller_id, shipment_id)
          where line.restocked < 0 or line.scrapped < 0 or line.restocked::bigint + line.scrapped > line.quantity
            or line.restocked + line.scrapped > 0 and shipment.shipped_at is null
        )
        select kinds, ids, coalesce(detail, '') as detail, (count(*) over ())::integer as found
        from broken
        order by ids, detail
        limit 1000`),
  },
];
