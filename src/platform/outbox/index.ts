/**
 * Outbox: facts are written with the change that made them true, numbered once they are committed, and read by position without a gap
 * (invariant R2).
 */
export { appendEvents, appendEventsStatement, owns } from "./append.ts";
export { type EventData, type NewEvent, newEvent } from "./event.ts";
export { numberEvents } from "./number.ts";
export type { Pass } from "./number.ts";
export { eventsPage, oldestUnnumbered, readEvents } from "./read.ts";
export type { Audience, EventsPage } from "./read.ts";
export { startSequencer } from "./sequencer.ts";
export type { Sequencer, SequencerOptions } from "./sequencer.ts";
