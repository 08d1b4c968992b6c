import type { Actor } from "../../kernel/actor.ts";
import { assert } from "../../kernel/assert.ts";
import type { OperatorId } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import { appendAudit, auditEntry } from "../../platform/audit/index.ts";
import { type Transaction, violatedConstraint } from "../../platform/db/index.ts";
import type { OperatorFactsInvalid, OperatorPrefixFixed, OperatorPrefixTaken } from "./identity-refusals.ts";
import { faultsOfOperator, type OperatorFacts, type OperatorProfile, shownOperatorProfile } from "./operator-profile.ts";
import { readOperatorProfile, writeOperatorProfile } from "./operator-profile-store.ts";

const attempts = 3;

/**
 * Writes who the operator is, whole. `checkVersion` judges the caller's `If-Match` on the version that is written over: 0 when there is none
 * yet. Nothing is locked first: the statement writes only over the version that was judged, and else it is judged again.
 *
 * @throws Refused request-invalid for an IBAN or a time zone that there is not, series-prefix-taken, series-prefix-fixed, and what
 * `checkVersion` throws
 */
export async function setOperatorProfile(
  tx: Transaction,
  actor: Actor,
  facts: OperatorFacts,
  checkVersion: (version: number) => void,
): Promise<OperatorProfile> {
  const errors = faultsOfOperator(facts);
  if (errors.length > 0) throw new Refused<OperatorFactsInvalid>({ code: "request-invalid", errors });
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const before = await readOperatorProfile(tx);
    checkVersion(before?.version ?? 0);
    const operatorId = actor.principal.organisationId as OperatorId;
    const profile: OperatorProfile = { ...facts, operatorId, version: (before?.version ?? 0) + 1, changedAt: actor.now };
    if (await withItsPrefix(before, facts, () => writeOperatorProfile(tx, profile))) {
      await auditProfile(tx, actor, before, profile);
      return profile;
    }
  }
  assert(false, `the operator's profile was written by others ${attempts} times`);
}

async function auditProfile(tx: Transaction, actor: Actor, before: OperatorProfile | undefined, after: OperatorProfile): Promise<void> {
  const subject = { subjectType: "operator", subjectId: after.operatorId } as const;
  const was = before && shownOperatorProfile(before);
  await appendAudit(tx, [auditEntry(actor, { action: "operator.changed", ...subject, before: was, after: shownOperatorProfile(after) })]);
}

async function withItsPrefix<T>(before: OperatorProfile | undefined, { seriesPrefix }: OperatorFacts, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const violated = violatedConstraint(error);
    if (violated === "series_prefixes_prefix_key") {
      throw new Refused<OperatorPrefixTaken>({ code: "series-prefix-taken", series_prefix: seriesPrefix });
    }
    if (violated !== "documents_begin_with_their_prefix" || before === undefined) throw error;
    throw new Refused<OperatorPrefixFixed>({ code: "series-prefix-fixed", series_prefix: before.seriesPrefix });
  }
}
