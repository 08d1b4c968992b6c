import type { Actor } from "../../kernel/actor.ts";
import { assert } from "../../kernel/assert.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { AuditId, Kind, Uuid } from "../../kernel/ids.ts";

/** A value that only the key of a person opens. */
export type SealedValue = { readonly sealed: string; readonly person: string };

const personal = ["contact", "email", "phone"] as const;

type Value = null | boolean | number | string | readonly Value[] | SealedValue | Facts | undefined;

/**
 * What was so before a change, or after it. Entries are never changed, so what says who a person is comes sealed: a plain text under
 * one of these names does not compile.
 */
export type Facts = { readonly [member: string]: Value } & { readonly [Name in (typeof personal)[number]]?: SealedValue | null };

/** One operator's write: who, through what, what, on what, from what to what, why. */
export type AuditEntry = {
  readonly auditId: AuditId;
  readonly at: Instant;
  /** Whom the change was made in the name of. */
  readonly organisationId: Uuid;
  /** Who made it: the id of the key. */
  readonly principalId: Uuid;
  /** What was done: `seller.applied`. */
  readonly action: string;
  readonly subjectType: Kind;
  readonly subjectId: Uuid;
  readonly before?: Facts | undefined;
  readonly after?: Facts | undefined;
  readonly reason?: string | undefined;
  readonly requestId: string;
  readonly idempotencyId?: Uuid | undefined;
};

/** The entry of what was done, by whom and by which request; without an `idempotencyId` where no answer is stored. */
export function auditEntry(
  { principal, requestId, idempotencyId, now, newId }: Pick<Actor, "principal" | "requestId" | "now" | "newId"> & Partial<Actor>,
  done: Pick<AuditEntry, "action" | "subjectType" | "subjectId" | "before" | "after" | "reason">,
): AuditEntry {
  const { organisationId, keyId: principalId } = principal;
  return { ...done, auditId: newId<AuditId>(now), at: now, organisationId, principalId, requestId, idempotencyId };
}

/** @throws AssertionFailed when somewhere in the facts personal data is not sealed: what comes from rows has passed no compiler */
export function factsText(facts: Facts | undefined): string | null {
  if (facts === undefined) return null;
  return JSON.stringify(facts, (member, value: unknown) => {
    assert(!isPersonal(member) || value === null || isSealed(value), `${member} is personal data and has to be sealed`);
    return value;
  });
}

function isPersonal(member: string): boolean {
  return (personal as readonly string[]).includes(member);
}

function isSealed(value: unknown): value is SealedValue {
  return typeof value === "object" && value !== null && "sealed" in value && "person" in value;
}
