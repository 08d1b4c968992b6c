/**
 * Idempotency: one effect per key (invariant R1). A key's row is inserted once, with its answer, in the transaction of the effect.
 */
export { claim } from "./claim.ts";
export type { Claim, Claimed, StoredAnswer } from "./claim.ts";
export { fingerprint } from "./fingerprint.ts";
export type { FingerprintParts } from "./fingerprint.ts";
export { hashKey, hashStrangersKey, parseIdempotencyKey } from "./key.ts";
export type { ParsedKey } from "./key.ts";
export { createMeeting } from "./meeting.ts";
export type { Arrival, Meeting, Met } from "./meeting.ts";
export { busy, withPatience } from "./patience.ts";
export type { Pace, RequestInFlight } from "./patience.ts";
export { lostTheKey, owns, purge, store, storeStatement } from "./store.ts";
export type { Answered } from "./store.ts";
export { tryLocks } from "./try-lock.ts";
