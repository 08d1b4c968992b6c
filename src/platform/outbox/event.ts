import type { Origin } from "../../kernel/actor.ts";
import type { Instant } from "../../kernel/clock.ts";
import { toRfc3339 } from "../../kernel/clock.ts";
import type { EventId, Id, Kind, Uuid } from "../../kernel/ids.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";

/** What a reader is told of an event beyond its envelope: JSON that is frozen when the event is written. */
export type EventData = { readonly [member: string]: EventValue };
type EventValue =
  | null
  | boolean
  | number
  | string
  | readonly EventValue[]
  | { readonly [member: string]: EventValue | undefined }
  | undefined;

/**
 * A fact, to be written in the transaction that made it true. `organisationId` owns the subject; `subjectVersion` is the version that
 * the change gave the subject, under the lock of its row. `data` is what the operator reads; each audience reads its own.
 */
export type NewEvent = {
  readonly eventId: EventId;
  readonly organisationId: Uuid;
  readonly subjectId: Uuid;
  readonly subjectType: Kind;
  readonly subjectVersion: number;
  /** `order.confirmed` */
  readonly type: string;
  readonly occurredAt: Instant;
  readonly requestId: string;
  readonly traceparent?: string | undefined;
  readonly data: EventData;
  readonly audiences: readonly { readonly organisationId: Uuid; readonly data: EventData }[];
};

/** The event of a fact that all of `toldTo` may know whole. The operator reads every event, so its organisation is never among them. */
export function newEvent(
  { requestId, traceparent, now, newId }: Origin,
  fact: Pick<NewEvent, "organisationId" | "subjectId" | "subjectType" | "subjectVersion" | "type" | "data">,
  toldTo: readonly Uuid[],
): NewEvent {
  const audiences = toldTo.map((organisationId) => ({ organisationId, data: fact.data }));
  return { ...fact, eventId: newId<EventId>(now), occurredAt: now, requestId, traceparent, audiences };
}

type Fact = Pick<NewEvent, "eventId" | "subjectId" | "subjectType" | "subjectVersion" | "type" | "occurredAt" | "requestId">;

/** The whole event as JSON text, all but its position; `dataText` is its data, JSON already. */
export function envelope(fact: Fact, dataText: string): string {
  const head = JSON.stringify({
    id: toWireId(prefixes.event, fact.eventId),
    type: fact.type,
    // The subject's type says which kind of id it is.
    subject: toWireId(prefixes[fact.subjectType], fact.subjectId as Id<(typeof prefixes)[Kind]>),
    subject_version: fact.subjectVersion,
    time: toRfc3339(fact.occurredAt),
    request_id: fact.requestId,
  });
  return `${head.slice(0, -1)},"data":${dataText}}`;
}

/** The event as a reader gets it: its envelope with the position in front. An integer as text: no bigint becomes a number. */
export function positioned(position: bigint, envelopeText: string): string {
  return `{"position":${position},${envelopeText.slice(1)}`;
}
