import { hkdfSync, randomBytes } from "node:crypto";
import type { Instant } from "../../kernel/clock.ts";
import { millisBetween } from "../../kernel/clock.ts";
import type { Uuid } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import { open, seal } from "./gcm.ts";

/** How long the answer of an operation that reveals a secret can be had again: one hour from when it was first given. */
export const revealMillis = 60 * 60 * 1_000;

/** The secret was shown when it was made and is not shown any more. */
export type AnswerNoLongerAvailable = { readonly code: "answer-no-longer-available" };

/** Under whose key an answer is sealed: the raw Idempotency-Key of the caller, of which the database has only the sha256. */
export type AnswerKey = { readonly key: string; readonly organisationId: Uuid; readonly operation: string };

const saltBytes = 16;

/** Seals the body of an answer that reveals a secret: a salt, then AES-256-GCM under a key derived by HKDF (RFC 5869) with SHA-256. */
export function sealAnswer(under: AnswerKey & { readonly body: Buffer }): Buffer {
  const salt = randomBytes(saltBytes);
  return Buffer.concat([salt, seal(derive(under, salt), contextOf(under), under.body)]);
}

/**
 * Opens the stored answer for the one who repeats the request with its key.
 *
 * @throws Refused answer-no-longer-available from one hour after `answeredAt`
 * @throws Error when the bytes or the key are not the ones it was sealed with
 */
export function openAnswer(under: AnswerKey & { readonly sealed: Buffer; readonly answeredAt: Instant; readonly now: Instant }): Buffer {
  if (millisBetween(under.answeredAt, under.now) >= revealMillis) {
    throw new Refused<AnswerNoLongerAvailable>({ code: "answer-no-longer-available" });
  }
  const salt = under.sealed.subarray(0, saltBytes);
  return open(derive(under, salt), contextOf(under), under.sealed.subarray(saltBytes));
}

function derive({ key }: AnswerKey, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync("sha256", key, salt, "stoa answer", 32));
}

function contextOf({ organisationId, operation }: AnswerKey): string {
  return `${organisationId} ${operation}`;
}
