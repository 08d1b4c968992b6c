import type { Instant } from "../../kernel/clock.ts";
import type { ApiKeyId, PersonId, Uuid } from "../../kernel/ids.ts";
import { instantParameter, locking, sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import type { ApiKey, OrganisationKind, Role, StoredKey } from "./api-key.ts";

// Every statement that reads a key joins its member: the role is the member's, and the end of the membership ends the key.
type KeyRow = {
  organisation_id: Uuid;
  key_id: ApiKeyId;
  kind: OrganisationKind;
  person_id: PersonId | null;
  role: Role;
  name: string;
  created_at: Instant;
  revoked_at: Instant | null;
};

export async function insertKey(tx: Transaction, key: ApiKey, secretHash: Buffer): Promise<void> {
  await tx.query(sql`
    insert into api_keys (organisation_id, key_id, kind, role, name, secret_hash, created_at, person_id)
    values (${key.organisationId}, ${key.keyId}, ${key.kind}, ${key.role}, ${key.name}, ${secretHash}, ${instantParameter(key.createdAt)},
      ${key.personId})`);
}

/** What authentication needs of a key, revoked ones included; read under the role `stoa_auth`. */
export async function findKey(reader: Reader, keyId: ApiKeyId): Promise<StoredKey | undefined> {
  const [row] = await reader.query(sql<KeyRow & { secret_hash: Buffer }>`
    select k.organisation_id, k.key_id, k.kind, k.person_id, coalesce(m.role, k.role) as role, k.name, k.created_at,
      least(k.revoked_at, m.removed_at) as revoked_at, k.secret_hash
    from api_keys k
      left join members m on m.organisation_id = k.organisation_id and m.person_id = k.person_id
    where k.key_id = ${keyId}`);
  return row === undefined ? undefined : { ...toKey(row), secretHash: row.secret_hash };
}

/**
 * Locks a key that is to be revoked, if one is named, together with all live members and keys of the operator, by primary key: two that
 * take each other's power away at once must not both believe that the other stays. Whoever waited sees what the first has left.
 */
export async function lockKeyAndOperatorKeys(tx: Transaction, keyId: ApiKeyId | undefined): Promise<readonly ApiKey[]> {
  const [, rows] = await tx.pipeline([
    locking(
      "member",
      sql<{ person_id: PersonId }>`
      select person_id
      from members
      where kind = 'operator' and removed_at is null
      order by organisation_id, person_id
      for no key update`,
    ),
    // The roles are read when the members are held, so they are those of now.
    locking(
      "member",
      sql<KeyRow>`
      select k.organisation_id, k.key_id, k.kind, k.person_id, coalesce(m.role, k.role) as role, k.name, k.created_at,
        least(k.revoked_at, m.removed_at) as revoked_at
      from api_keys k
        left join members m on m.organisation_id = k.organisation_id and m.person_id = k.person_id
      where k.key_id = ${keyId ?? null}::uuid or k.kind = 'operator' and k.revoked_at is null
      order by k.organisation_id, k.key_id
      for no key update of k`,
    ),
  ]);
  return rows.map(toKey);
}

export async function updateRevokedAt(tx: Transaction, key: ApiKey, revokedAt: Instant): Promise<void> {
  await tx.query(sql`
    update api_keys set revoked_at = ${instantParameter(revokedAt)}
    where organisation_id = ${key.organisationId} and key_id = ${key.keyId} and revoked_at is null`);
}

/** Whether a live key of the operator's, or one of its members, has this id. */
export async function actsForOperator(
  reader: Reader,
  { kind, id }: { readonly kind: "key" | "person"; readonly id: Uuid },
): Promise<boolean> {
  const { acts } = await reader.one(sql<{ acts: boolean }>`
    select case when ${kind === "key"}
      then exists (
        select from api_keys k
          left join members m on m.organisation_id = k.organisation_id and m.person_id = k.person_id
        where k.key_id = ${id} and k.kind = 'operator' and k.revoked_at is null and m.removed_at is null)
      else exists (select from members where person_id = ${id} and kind = 'operator' and removed_at is null)
      end as acts`);
  return acts;
}

/** Keys from new to old, those with an id below `before`: all that the reader's role may see. */
export async function listKeys(reader: Reader, { before, count }: { before: string; count: number }): Promise<ApiKey[]> {
  const rows = await reader.query(sql<KeyRow>`
    select k.organisation_id, k.key_id, k.kind, k.person_id, coalesce(m.role, k.role) as role, k.name, k.created_at,
      least(k.revoked_at, m.removed_at) as revoked_at
    from api_keys k
      left join members m on m.organisation_id = k.organisation_id and m.person_id = k.person_id
    where k.key_id < ${before}::uuid
    order by k.key_id desc
    limit ${count}`);
  return rows.map(toKey);
}

function toKey(row: KeyRow): ApiKey {
  return {
    organisationId: row.organisation_id,
    keyId: row.key_id,
    kind: row.kind,
    personId: row.person_id,
    role: row.role,
    name: row.name,
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
  };
}
