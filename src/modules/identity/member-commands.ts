import type { Actor } from "../../kernel/actor.ts";
import type { Instant } from "../../kernel/clock.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { PersonId, Uuid } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import { appendAudit, auditEntry } from "../../platform/audit/index.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { appendEvents } from "../../platform/outbox/index.ts";
import type { ApiKey, OrganisationKind, Role } from "./api-key.ts";
import { lockKeyAndOperatorKeys } from "./api-key-store.ts";
import type { LastOperatorAdmin, LastOwner, MemberRemoved, NotFound } from "./identity-refusals.ts";
import { losesLastAdmin, losesLastOwner, type Member, toldMember } from "./member.ts";
import { lockMemberAndOwners, updateMember } from "./member-store.ts";
import { enrolMember, memberEvent } from "./organisation-commands.ts";
import { type Contact, organisationExists } from "./organisation-store.ts";

/** Which member of which organisation, and what judges the version that was locked. */
export type MemberAsked = {
  readonly organisationId: Uuid;
  readonly kind: OrganisationKind;
  readonly personId: PersonId;
  readonly judge: (version: number) => void;
};

/**
 * Makes a new person a member of an organisation.
 *
 * @throws Refused not-found for an organisation that is not there, or is not of this kind
 */
export async function addMember(
  tx: Transaction,
  actor: Actor,
  asked: { readonly organisationId: Uuid; readonly kind: OrganisationKind; readonly role: Role; readonly contact: Contact },
): Promise<Member> {
  if (!(await organisationExists(tx, asked.organisationId, asked.kind))) throw new Refused<NotFound>({ code: "not-found" });
  const { member, sealed } = await enrolMember(tx, actor, asked);
  await appendAudit(tx, [auditedMember(actor, "member.added", undefined, member, { contact: sealed })]);
  return member;
}

/**
 * Gives a member another role; the role it has already changes nothing and keeps the version. The member's keys have the new role at
 * once; processes that have just read one may use the old until `effectiveBy`.
 *
 * @throws Refused not-found; member-removed; last-owner; last-operator-admin; what `judge` throws
 */
export function changeMemberRole(tx: Transaction, actor: Actor, asked: MemberAsked & { readonly role: Role }): Promise<Member> {
  return changeMember(tx, actor, asked, "member.role_changed", (before) => {
    if (before.removedAt !== null) throw new Refused<MemberRemoved>({ code: "member-removed", member: wireId(before) });
    return before.role === asked.role ? before : { ...before, role: asked.role, version: before.version + 1 };
  });
}

/**
 * Ends a membership for good, and with it the member's keys; one that has ended stays so from when it did. Processes that have just read
 * a key of it may use it until `effectiveBy(removedAt)`.
 *
 * @throws Refused not-found; last-owner; last-operator-admin; what `judge` throws
 */
export async function removeMember(tx: Transaction, actor: Actor, asked: MemberAsked): Promise<Member & { readonly removedAt: Instant }> {
  const after = await changeMember(tx, actor, asked, "member.removed", (before) =>
    before.removedAt === null ? { ...before, removedAt: actor.now, version: before.version + 1 } : before,
  );
  return { ...after, removedAt: after.removedAt ?? actor.now };
}

async function changeMember(
  tx: Transaction,
  actor: Actor,
  asked: MemberAsked,
  type: string,
  change: (before: Member) => Member,
): Promise<Member> {
  const { organisationId, kind, personId } = asked;
  const keys = kind === "operator" ? await lockKeyAndOperatorKeys(tx, undefined) : [];
  const locked = await lockMemberAndOwners(tx, organisationId, personId);
  const before = locked.find((each) => each.personId === personId && each.kind === kind);
  if (before === undefined) throw new Refused<NotFound>({ code: "not-found" });
  asked.judge(before.version);
  const after = change(before);
  if (losesLastOwner(locked, after)) throw new Refused<LastOwner>({ code: "last-owner", member: wireId(after) });
  const lastAdmin = lastAdminOf(keys, after);
  if (lastAdmin !== undefined) {
    throw new Refused<LastOperatorAdmin>({ code: "last-operator-admin", key: toWireId(prefixes.apiKey, lastAdmin.keyId) });
  }
  if (after !== before) {
    await updateMember(tx, after);
    await appendEvents(tx, [memberEvent(actor, type, after)]);
  }
  await appendAudit(tx, [auditedMember(actor, type, before, after)]);
  return after;
}

/** The key without which nobody could administer the market, if it would be gone with this change of its member. */
function lastAdminOf(keys: readonly ApiKey[], { personId, role, removedAt }: Member): ApiKey | undefined {
  const changed = keys.map((key) => (key.personId === personId ? { ...key, role, revokedAt: key.revokedAt ?? removedAt } : key));
  return losesLastAdmin(keys, changed) ? keys.find((key) => key.personId === personId) : undefined;
}

function wireId({ personId }: Member): string {
  return toWireId(prefixes.person, personId);
}

function auditedMember(actor: Actor, action: string, before: Member | undefined, after: Member, beside = {}) {
  return auditEntry(actor, {
    ...{ action, subjectType: "person", subjectId: after.personId },
    before: before === undefined ? undefined : toldMember(before),
    after: { ...toldMember(after), ...beside },
  });
}
