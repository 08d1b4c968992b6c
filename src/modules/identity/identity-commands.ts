import type { Instant } from "../../kernel/clock.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { ApiKeyId, AuditId, EventId, Id, IdSource, OperatorId, PersonId, Uuid } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import { appendAudit } from "../../platform/audit/index.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { appendEvents } from "../../platform/outbox/index.ts";
import { newPersonKey, sealForPerson } from "../../platform/sealing/index.ts";
import type { Sealed } from "../../platform/sealing/index.ts";
import { keyText } from "./api-key.ts";
import type { ApiKey, IssuedKey, OrganisationKind, Role } from "./api-key.ts";
import { insertKey, lockKeyAndOperatorAdmins, updateRevokedAt } from "./api-key-store.ts";
import type { LastOperatorAdmin, NotFound } from "./identity-refusals.ts";
import { hashSecret, newSecret } from "./key-secret.ts";
import { insertOrganisation, insertPerson, insertPersonKey, organisationExists } from "./organisation-store.ts";
import type { Contact } from "./organisation-store.ts";

/** The operator's member who acts, and the request by which. */
export type OperatorActor = {
  readonly principal: { readonly organisationId: Uuid; readonly keyId: ApiKeyId };
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly idempotencyId: Uuid;
  readonly now: Instant;
  readonly newId: IdSource;
};

/** The person an organisation is reached by: the id, and the data as it may stand in an audit entry. */
export type EnrolledContact = { readonly personId: PersonId; readonly sealed: Sealed };

/** Makes a seller's or company's organisation and the person it is reached by. What it is beyond that is its own module's. */
export async function enrolOrganisation(
  tx: Transaction,
  { now, newId }: Pick<OperatorActor, "now" | "newId">,
  organisation: { readonly organisationId: Uuid; readonly kind: "seller" | "company"; readonly contact: Contact },
): Promise<EnrolledContact> {
  const { organisationId, kind, contact } = organisation;
  const personId = newId<PersonId>(now);
  const personKey = newPersonKey();
  await insertOrganisation(tx, { organisationId, kind, at: now });
  await insertPerson(tx, { organisationId, personId, ...contact });
  await insertPersonKey(tx, organisationId, personId, personKey);
  const { name, email, phone = null } = contact;
  return { personId, sealed: sealForPerson(personId, personKey, { name, email, phone }) };
}

/**
 * Gives an organisation a key of a role. Its text is in the answer and nowhere else: of the secret the sha256 is stored.
 *
 * @throws Refused not-found for an organisation that is not there, or is not of this kind
 */
export async function issueKey(
  tx: Transaction,
  actor: OperatorActor,
  asked: { readonly organisationId: Uuid; readonly kind: OrganisationKind; readonly name: string; readonly role: Role },
): Promise<IssuedKey> {
  if (!(await organisationExists(tx, asked.organisationId, asked.kind))) throw new Refused<NotFound>({ code: "not-found" });
  const issued = await makeKey(tx, actor, asked);
  await appendAudit(tx, [audited(actor, "api_key.created", issued, { after: shown(issued) })]);
  return issued;
}

/**
 * Revokes a key for ever; one that is revoked already stays so from when it was. Processes that have just read it may use it until
 * `effectiveBy(revokedAt)`.
 *
 * @throws Refused not-found; last-operator-admin, because nobody could make another one then
 */
export async function revokeKey(tx: Transaction, actor: OperatorActor, keyId: ApiKeyId): Promise<ApiKey & { readonly revokedAt: Instant }> {
  const locked = await lockKeyAndOperatorAdmins(tx, keyId);
  const key = locked.find((each) => each.keyId === keyId);
  if (key === undefined) throw new Refused<NotFound>({ code: "not-found" });
  const liveAdmins = locked.filter(({ kind, role, revokedAt }) => kind === "operator" && role === "admin" && revokedAt === null);
  if (liveAdmins.length === 1 && liveAdmins[0] === key) {
    throw new Refused<LastOperatorAdmin>({ code: "last-operator-admin", key: toWireId(prefixes.apiKey, keyId) });
  }
  const revoked = { ...key, revokedAt: key.revokedAt ?? actor.now };
  if (key.revokedAt === null) {
    await updateRevokedAt(tx, key, revoked.revokedAt);
    await appendEvents(tx, [keyEvent(actor, "api_key.revoked", 2, revoked)]);
  }
  await appendAudit(tx, [audited(actor, "api_key.revoked", key, { before: shown(key), after: shown(revoked) })]);
  return revoked;
}

/** Makes the market's one operator and its first admin's key. Undefined when there is an operator: that one stays as it is. */
export async function initialiseOperator(
  tx: Transaction,
  origin: { readonly requestId: string; readonly now: Instant; readonly newId: IdSource; readonly keyName: string },
): Promise<{ readonly operatorId: OperatorId; readonly key: IssuedKey } | undefined> {
  const { requestId, now, newId, keyName } = origin;
  const operatorId = newId<OperatorId>(now);
  if (!(await insertOrganisation(tx, { organisationId: operatorId, kind: "operator", at: now }))) return undefined;
  const first = { requestId, traceparent: undefined, now, newId };
  const key = await makeKey(tx, first, { organisationId: operatorId, kind: "operator", name: keyName, role: "admin" });
  // Nobody was there to act: the entry says that the first key made itself.
  const actor = { ...first, principal: { organisationId: operatorId, keyId: key.keyId } };
  await appendAudit(tx, [audited(actor, "operator.initialised", key, { after: shown(key) })]);
  return { operatorId, key };
}

async function makeKey(
  tx: Transaction,
  actor: Omit<OperatorActor, "principal" | "idempotencyId">,
  { organisationId, kind, name, role }: { organisationId: Uuid; kind: OrganisationKind; name: string; role: Role },
): Promise<IssuedKey> {
  const key: ApiKey = { keyId: actor.newId<ApiKeyId>(actor.now), organisationId, kind, role, name, createdAt: actor.now, revokedAt: null };
  const secret = newSecret();
  await insertKey(tx, key, hashSecret(secret));
  await appendEvents(tx, [keyEvent(actor, "api_key.created", 1, key)]);
  return { ...key, secret: keyText(key.keyId, secret) };
}

// The operator reads every event; its own organisation is no audience beside that.
function keyEvent(actor: Omit<OperatorActor, "principal" | "idempotencyId">, type: string, subjectVersion: number, key: ApiKey) {
  const data = shown(key);
  return {
    eventId: actor.newId<EventId>(actor.now),
    organisationId: key.organisationId,
    subjectId: key.keyId,
    subjectType: "apiKey",
    subjectVersion,
    type,
    occurredAt: actor.now,
    requestId: actor.requestId,
    ...(actor.traceparent === undefined ? {} : { traceparent: actor.traceparent }),
    data,
    audiences: key.kind === "operator" ? [] : [{ organisationId: key.organisationId, data }],
  } as const;
}

function shown(key: ApiKey) {
  return {
    id: toWireId(prefixes.apiKey, key.keyId),
    organisation: organisationWireId(key),
    name: key.name,
    role: key.role,
    revoked: key.revokedAt !== null,
  };
}

/** The id of the key's organisation as the wire has it: `opr_…`, `sel_…` or `cmp_…`. */
export function organisationWireId({ kind, organisationId }: Pick<ApiKey, "kind" | "organisationId">): string {
  const prefix = prefixes[kind];
  return toWireId(prefix, organisationId as Id<typeof prefix>);
}

function audited(
  actor: Omit<OperatorActor, "idempotencyId"> & { readonly idempotencyId?: Uuid },
  action: string,
  key: ApiKey,
  facts: { readonly before?: ReturnType<typeof shown>; readonly after: ReturnType<typeof shown> },
) {
  return {
    auditId: actor.newId<AuditId>(actor.now),
    at: actor.now,
    organisationId: actor.principal.organisationId,
    principalId: actor.principal.keyId,
    action,
    subjectType: "apiKey",
    subjectId: key.keyId,
    ...facts,
    requestId: actor.requestId,
    ...(actor.idempotencyId === undefined ? {} : { idempotencyId: actor.idempotencyId }),
  } as const;
}
