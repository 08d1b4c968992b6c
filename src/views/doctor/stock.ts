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
          select seller_id, offer_id, location_id, sum(quantity::bigint - finalized - released) as units
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
          select seller_id, offer_id, location_id, sum(on_hand_delta) as on_hand, sum(reserved_delta) as reserved
          from movements
          group by seller_id, offer_id, location_id
        ), compared as (
          select offer_id, location_id, coalesce(level.on_hand, 0) as on_hand, coalesce(level.reserved, 0) as reserved,
            coalesce(moved.on_hand, 0) as moved_on_hand, coalesce(moved.reserved, 0) as moved_reserved
          from stock_levels level
            full join moved using (seller_id, offer_id, location_id)
        )
        select array['offer', 'location'] as kinds, array[offer_id, location_id] as ids,
          coalesce(format('%s on hand and %s reserved, movements sum to %s and %s', on_hand, reserved, moved_on_hand, moved_reserved), '') as detail,
          (count(*) over ())::integer as found
        from compared
        where on_hand <> moved_on_hand or reserved <> moved_reserved
        order by ids
        limit 1000`),
  },
  {
    number: "S4",
    sentence:
      "What was reserved for a line is its quantity, and is finalized, released or held; what is cancelled of it is released; movements say the same.",
    find: (reader) =>
      reader.query(sql<FoundRow>`
        with given as (
          select seller_id, order_id, line_number, sum(quantity::bigint) as reserved, sum(released::bigint) as released
          from reservations
          group by seller_id, order_id, line_number
        ), moved as (
          select seller_id, reservation_id,
            coalesce(sum(reserved_delta) filter (where kind = 'reserve'), 0) as reserved,
            coalesce(-sum(reserved_delta) filter (where kind = 'release'), 0) as released
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
            format('line %s: %s reserved, %s finalized, %s released; movements reserve %s, release %s', r.line_number, r.quantity, r.finalized,
              r.released, coalesce(moved.reserved, 0), coalesce(moved.released, 0))
          from reservations r
            full join moved using (seller_id, reservation_id)
          where coalesce(r.quantity, 0) <> coalesce(moved.reserved, 0) or coalesce(r.released, 0) <> coalesce(moved.released, 0)
            or r.finalized < 0 or r.released < 0 or r.finalized::bigint + r.released > r.quantity
        )
        select kinds, ids, coalesce(detail, '') as detail, (count(*) over ())::integer as found
        from broken
        order by ids, detail
        limit 1000`),
  },
];
