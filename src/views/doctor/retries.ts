import { sql } from "../../platform/db/index.ts";
import type { FoundRow, Invariant } from "./invariant.ts";

/** That a repeat changes nothing, and that whoever follows the events misses nothing. */
export const retryInvariants: readonly Invariant[] = [
  {
    number: "R1",
    sentence:
      "Each effect names the stored 2xx answer of its key, each such answer has its effect, a key has one effect, and a company's reference one live checkout.",
    // Effects outlive the answers, which are purged after the retention: an older one may name nothing. What locations and offers come
    // from is not written into their rows; there the natural key alone says that a repeat changed nothing.
    find: (reader, { retentionDays }) =>
      reader.query(sql<FoundRow>`
        with kept as materialized (
          select stoa_now() - make_interval(days => ${retentionDays}) as since
        ), effects as (
          select 'checkout' as kind, checkout_id as id, idempotency_id, placed_at as at, true as is_whole from checkouts
          union all
          select 'stockOperation', operation_id, idempotency_id, at, true from stock_operations
          union all
          select 'bankLine', line_id, idempotency_id, at, statement_id is null from bank_lines
          union all
          select 'bankStatement', statement_id, idempotency_id, at, false from bank_statements
          union all
          select 'audit', audit_id, idempotency_id, at, true from audit_entries where idempotency_id is not null
          union all
          select 'checkout', checkout_id, idempotency_id, at, false from checkout_history where idempotency_id is not null
          union all
          select 'order', order_id, idempotency_id, at, false from order_history where idempotency_id is not null
          union all
          select 'seller', seller_id, idempotency_id, at, false from seller_history where idempotency_id is not null
          union all
          select 'company', company_id, idempotency_id, at, false from company_history where idempotency_id is not null
          union all
          select 'order', order_id, idempotency_id, at, false from order_cancellations where idempotency_id is not null
          union all
          select 'orderRequest', request_id, idempotency_id, asked_at, true from order_requests
          union all
          select 'orderRequest', request_id, answer_idempotency_id, answered_at, false from order_requests where answer_idempotency_id is not null
          union all
          select 'shipment', shipment_id, idempotency_id, packed_at, false from shipments
          union all
          select 'shipment', shipment_id, idempotency_id, at, false from shipment_history where idempotency_id is not null
          union all
          select 'creditNote', credit_note_id, idempotency_id, issued_at, false from credit_notes where idempotency_id is not null
        ), effects_by_key as (
          select distinct idempotency_id from effects
        ), broken as (
          select effect.kind, effect.id, 'its key has no stored answer' as detail
          from kept
            cross join effects effect
            left join idempotency answer using (idempotency_id)
          where answer.idempotency_id is null and effect.at >= kept.since
          union all
          select effect.kind, effect.id, format('its key was answered with %s', answer.status)
          from effects effect
            join idempotency answer using (idempotency_id)
          where answer.status >= 300
          union all
          select coalesce(who.kind, 'operator'), answer.organisation_id,
            format('%s was answered with %s at %s and has no effect', answer.operation, answer.status, answer.answered_at)
          from idempotency answer
            left join effects_by_key using (idempotency_id)
            left join organisations who using (organisation_id)
          where effects_by_key.idempotency_id is null and answer.status < 300
            and answer.operation not in ('POST /v1/seller/locations', 'POST /v1/seller/offers/bulk')
            -- Of many that were asked for together all may have been refused.
            and not (answer.operation in ('POST /v1/seller/orders/accept', 'POST /v1/seller/shipments/ship', 'POST /v1/seller/shipments/deliver')
              and position('"ok":true'::bytea in answer.body) = 0)
          union all
          select coalesce(min(who.kind), 'operator'), (array_agg(answer.organisation_id))[1],
            format('%s answers are one: %s', count(*), string_agg(answer.operation, ', ' order by answer.operation))
          from idempotency answer
            left join organisations who using (organisation_id)
          group by answer.idempotency_id
          having count(*) > 1
          union all
          select kind, (array_agg(id order by id))[1], format('%s of its kind come from one key', count(*))
          from effects
          where is_whole
          group by kind, idempotency_id
          having count(*) > 1
          union all
          -- Parcels of several orders are packed and sent with one key.
          select 'shipment', (array_agg(shipment_id order by shipment_id))[1], format('%s parcels of one order come from one key', count(*))
          from shipments
          group by seller_id, idempotency_id, order_id
          having count(*) > 1
          union all
          select 'checkout', (array_agg(checkout_id order by checkout_id))[1], format('%s live checkouts have the reference %s', count(*), client_reference)
          from checkouts
          where state not in ('expired', 'rejected', 'cancelled')
          group by company_id, client_reference
          having count(*) > 1
        )
        select array[kind] as kinds, array[id] as ids, coalesce(detail, '') as detail, (count(*) over ())::integer as found
        from broken
        order by ids, detail
        limit 1000`),
  },
  {
    number: "R2",
    sentence:
      "Events of a subject have its versions one by one, get positions in that order and without a gap, and tell their audiences the same.",
    // Every version of a checkout, an order, a shipment or an invoice has its event: the last one's version is the subject's.
    find: (reader) =>
      reader.query(sql<FoundRow>`
        with ordered as (
          select organisation_id, subject_type, subject_id, subject_version, event_id, position,
            row_number() over subject as place, lag(position) over subject as before, lead(subject_version) over subject is null as is_last
          from events
          window subject as (partition by organisation_id, subject_id order by subject_version)
        ), numbered as (
          select subject_type, subject_id, position, lag(position, 1, 0::bigint) over (order by position) as before
          from events
          where position is not null
        ), subjects as (
          select 'checkout' as subject_type, company_id as organisation_id, checkout_id as subject_id, version from checkouts
          union all
          select 'order', seller_id, order_id, version from orders
          union all
          select 'orderRequest', seller_id, request_id, version from order_requests
          union all
          select 'shipment', seller_id, shipment_id, version from shipments
          union all
          select 'invoice', seller_id, invoice_id, version from invoices
          union all
          select 'creditNote', seller_id, credit_note_id, 1 from credit_notes
          union all
          select 'commissionStatement', seller_id, statement_id, 1 from commission_statements where closed_at is not null
        ), broken as (
          select array[subject_type] as kinds, array[subject_id] as ids, format('event %s of its subject has version %s', place, subject_version) as detail
          from ordered
          where place <> subject_version
          union all
          select array[subject_type], array[subject_id], format('version %s has position %s, the version before has %s', subject_version, position,
            coalesce(before::text, 'none'))
          from ordered
          where place > 1 and position is not null and (before is null or before >= position)
          union all
          select array[subject_type], array[subject_id], format('position %s follows position %s', position, before)
          from numbered
          where position <> before + 1
          union all
          select array[subject_type], array[subject_id], format('the last position given is %s, the highest is %s', sequencer.last_position, position)
          from event_sequencer sequencer
            cross join (select subject_type, subject_id, position from events where position is not null order by position desc limit 1) highest
          where sequencer.last_position <> position
          union all
          select array[subject_type], array[subject_id], format('is at version %s, its last event at %s', version, coalesce(ordered.subject_version, 0))
          from subjects
            left join (select * from ordered where is_last) ordered using (subject_type, organisation_id, subject_id)
          where ordered.subject_version is distinct from version
          union all
          select array['event'], array[event_id], format('%s of its audiences know another position than %s', count(*), coalesce(event.position::text, 'none'))
          from events event
            join event_audiences audience using (event_id)
          where audience.position is distinct from event.position
          group by event_id, event.position
          union all
          select array['event'], array[event_id], format('%s audiences are told of an event that there is not', count(*))
          from event_audiences audience
            left join events event using (event_id)
          where event.event_id is null
          group by event_id
          union all
          select array['event'], array[event_id], format('%s audiences of one organisation', count(*))
          from event_audiences
          group by event_id, organisation_id
          having count(*) > 1
          union all
          select array['event'], array[event_id], format('%s events have this id', count(*))
          from events
          group by event_id
          having count(*) > 1
        )
        select coalesce(kinds, '{}') as kinds, coalesce(ids, '{}') as ids, coalesce(detail, '') as detail, (count(*) over ())::integer as found
        from broken
        order by ids, detail
        limit 1000`),
  },
];
