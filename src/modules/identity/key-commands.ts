import type { Actor, Origin } from "../../kernel/actor.ts";
import type { Instant } from "../../kernel/clock.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { ApiKeyId, OperatorId, PersonId, Uuid } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import { appendAudit, auditEntry } from "../../platform/audit/index.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { appendEvents } from "../../platform/outbox/index.ts";
import { identityEvent } from "./identity-event.ts";
import { keyText, organisationWireId } from "./api-key.ts";
import type { ApiKey, IssuedKey, OrganisationKind, Role } from "./api-key.ts";
import { insertKey, lockKeyAndOperatorKeys, updateRevokedAt } from "./api-key-store.ts";
import type { LastOperatorAdmin, MemberRemoved, NotFound } from "./identity-refusals.ts";
import { hashSecret, newSecret } from "./key-secret.ts";
import { losesLastAdmin } from "./member.ts";
import { findMember } from "./member-store.ts";
import { insertOrganisation, organisationExists } from "./organisation-store.ts";

/**
 * Gives an organisation a key of a role. Its text is in the answer and nowhere else: of the secret the sha256 is stored.
 *
 * @throws Refused not-found for an organisation that is not there, or is not of this kind
 */
export async function issueKey(
  tx: Transaction,
  actor: Actor,
  asked: { readonly organisationId: Uuid; readonly kind: OrganisationKind; readonly name: string; readonly role: Role },
): Promise<IssuedKey> {
  if (!(await organisationExists(tx, asked.organisationId, asked.kind))) throw new Refused<NotFound>({ code: "not-found" });
  return issue(tx, actor, { ...asked, personId: null });
}

/**
 * Gives a member of an organisation a key. Its role is the member's, whatever that becomes, and it ends with the membership.
 *
 * @throws Refused not-found for somebody who is no member of it, or when it is not of this kind; member-removed
 */
export async function issueMemberKey(
  tx: Transaction,
  actor: Actor,
  asked: { readonly organisationId: Uuid; readonly kind: OrganisationKind; readonly name: string; readonly personId: PersonId },
): Promise<IssuedKey> {
  const member = await findMember(tx, asked.organisationId, asked.personId);
  if (member === undefined || member.kind !== asked.kind) throw new Refused<NotFound>({ code: "not-found" });
  if (member.removedAt !== null) {
    throw new Refused<MemberRemoved>({ code: "member-removed", member: toWireId(prefixes.person, asked.personId) });
  }
  return issue(tx, actor, { ...asked, role: member.role });
}

async function issue(tx: Transaction, actor: Actor, asked: NewKey): Promise<IssuedKey> {
  const issued = await makeKey(tx, actor, asked);
  await appendAudit(tx, [auditedKey(actor, "api_key.created", issued)]);
  return issued;
}

/**
 * Revokes a key for ever; one that is revoked already stays so from when it was. Processes that have just read it may use it until
 * `effectiveBy(revokedAt)`.
 *
 * @throws Refused not-found; last-operator-admin, because nobody could make another one then
 */
export async function revokeKey(tx: Transaction, actor: Actor, keyId: ApiKeyId): Promise<ApiKey & { readonly revokedAt: Instant }> {
  const locked = await lockKeyAndOperatorKeys(tx, keyId);
  const key = locked.find((each) => each.keyId === keyId);
  if (key === undefined) throw new Refused<NotFound>({ code: "not-found" });
  const revoked = { ...key, revokedAt: key.revokedAt ?? actor.now };
  const after = locked.map((each) => (each === key ? revoked : each));
  if (losesLastAdmin(locked, after)) {
    throw new Refused<LastOperatorAdmin>({ code: "last-operator-admin", key: toWireId(prefixes.apiKey, keyId) });
  }
  if (key.revokedAt === null) {
    await updateRevokedAt(tx, key, revoked.revokedAt);
    await appendEvents(tx, [keyEvent(actor, "api_key.revoked", 2, revoked)]);
  }
  await appendAudit(tx, [auditedKey(actor, "api_key.revoked", revoked, key)]);
  return revoked;
}

/** Makes the market's one operator and its first admin's key. Undefined when there is an operator: that one stays as it is. */
export async function initialiseOperator(
  tx: Transaction,
  origin: Omit<Origin, "traceparent"> & { readonly keyName: string },
): Promise<{ readonly operatorId: OperatorId; readonly key: IssuedKey } | undefined> {
  const { requestId, now, newId, keyName } = origin;
  const operatorId = newId<OperatorId>(now);
  if (!(await insertOrganisation(tx, { organisationId: operatorId, kind: "operator", at: now }))) return undefined;
  const first = { requestId, traceparent: undefined, now, newId };
  const asked = { organisationId: operatorId, kind: "operator", name: keyName, role: "admin", personId: null } as const;
  const key = await makeKey(tx, first, asked);
  // Nobody was there to act: the entry says that the first key made itself.
  const actor = { ...first, principal: { organisationId: operatorId, keyId: key.keyId } };
  await appendAudit(tx, [auditedKey(actor, "operator.initialised", key)]);
  return { operatorId, key };
}

type NewKey = {
  readonly organisationId: Uuid;
  readonly kind: OrganisationKind;
  readonly name: string;
  readonly role: Role;
  readonly personId: PersonId | null;
};

async function makeKey(tx: Transaction, origin: Origin, { organisationId, kind, name, role, personId }: NewKey): Promise<IssuedKey> {
  const { now, newId } = origin;
  const key: ApiKey = { keyId: newId<ApiKeyId>(now), organisationId, kind, personId, role, name, createdAt: now, revokedAt: null };
  const secret = newSecret();
  await insertKey(tx, key, hashSecret(secret));
  await appendEvents(tx, [keyEvent(origin, "api_key.created", 1, key)]);
  return { ...key, secret: keyText(key.keyId, secret) };
}

function keyEvent(origin: Origin, type: string, subjectVersion: number, key: ApiKey) {
  const subject = { subjectId: key.keyId, subjectType: "apiKey", subjectVersion } as const;
  return identityEvent(origin, { organisation: key, ...subject, type, data: shown(key) });
}

function shown(key: ApiKey) {
  return {
    id: toWireId(prefixes.apiKey, key.keyId),
    organisation: organisationWireId(key),
    ...(key.personId === null ? {} : { member: toWireId(prefixes.person, key.personId) }),
    name: key.name,
    role: key.role,
    revoked: key.revokedAt !== null,
  };
}

function auditedKey(actor: Parameters<typeof auditEntry>[0], action: string, after: ApiKey, before?: ApiKey) {
  return auditEntry(actor, {
    ...{ action, subjectType: "apiKey", subjectId: after.keyId },
    before: before === undefined ? undefined : shown(before),
    after: shown(after),
  });
}
