import type { Instant } from "../../kernel/clock.ts";
import type { ApiKeyId, Uuid } from "../../kernel/ids.ts";
import { instantParameter, locking, sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import type { ApiKey, OrganisationKind, Role, StoredKey } from "./api-key.ts";

type KeyRow = {
  organisation_id: Uuid;
  key_id: ApiKeyId;
  kind: OrganisationKind;
  role: Role;
  name: string;
  created_at: Instant;
  revoked_at: Instant | null;
};

export async function insertKey(tx: Transaction, key: ApiKey, secretHash: Buffer): Promise<void> {
  await tx.query(sql`
    insert into api_keys (organisation_id, key_id, kind, role, name, secret_hash, created_at)
    values (${key.organisationId}, ${key.keyId}, ${key.kind}, ${key.role}, ${key.name}, ${secretHash}, ${instantParameter(key.createdAt)})`);
}

/** What authentication needs of a key, revoked ones included; read under the role `stoa_auth`. */
export async function findKey(reader: Reader, keyId: ApiKeyId): Promise<StoredKey | undefined> {
  const [row] = await reader.query(sql<KeyRow & { secret_hash: Buffer }>`
    select organisation_id, key_id, kind, role, name, created_at, revoked_at, secret_hash from api_keys where key_id = ${keyId}`);
  return row === undefined ? undefined : { ...toKey(row), secretHash: row.secret_hash };
}

/**
 * Locks the key that is to be revoked together with all live keys of the operator's admins, by primary key: two that revoke each
 * other's key at once must not both believe that the other stays. Whoever waited sees what the first has left.
 */
export async function lockKeyAndOperatorAdmins(tx: Transaction, keyId: ApiKeyId): Promise<readonly ApiKey[]> {
  const rows = await tx.query(
    locking(
      "member",
      sql<KeyRow>`
      select organisation_id, key_id, kind, role, name, created_at, revoked_at
      from api_keys
      where key_id = ${keyId} or kind = 'operator' and role = 'admin' and revoked_at is null
      order by organisation_id, key_id
      for no key update`,
    ),
  );
  return rows.map(toKey);
}

export async function updateRevokedAt(tx: Transaction, key: ApiKey, revokedAt: Instant): Promise<void> {
  await tx.query(sql`
    update api_keys set revoked_at = ${instantParameter(revokedAt)}
    where organisation_id = ${key.organisationId} and key_id = ${key.keyId} and revoked_at is null`);
}

/** Keys from new to old, those with an id below `before`. */
export async function listKeys(reader: Reader, { before, count }: { before: string; count: number }): Promise<ApiKey[]> {
  const rows = await reader.query(sql<KeyRow>`
    select organisation_id, key_id, kind, role, name, created_at, revoked_at
    from api_keys
    where key_id < ${before}::uuid
    order by key_id desc
    limit ${count}`);
  return rows.map(toKey);
}

function toKey(row: KeyRow): ApiKey {
  return {
    organisationId: row.organisation_id,
    keyId: row.key_id,
    kind: row.kind,
    role: row.role,
    name: row.name,
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
  };
}
