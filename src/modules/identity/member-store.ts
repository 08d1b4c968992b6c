import type { Instant } from "../../kernel/clock.ts";
import type { PersonId, Uuid } from "../../kernel/ids.ts";
import { instantParameter, sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import type { OrganisationKind, Role } from "./api-key.ts";
import type { Member } from "./member.ts";

type MemberRow = {
  organisation_id: Uuid;
  person_id: PersonId;
  kind: OrganisationKind;
  role: Role;
  removed_at: Instant | null;
  version: number;
  created_at: Instant;
};

/** A member with the person's own data, for those who may read it. */
export type MemberShown = Member & { readonly name: string; readonly email: string; readonly phone: string | null };

/** Writes a new member. */
export async function insertMember(tx: Transaction, member: Member): Promise<void> {
  await tx.execute(sql`
    insert into members (organisation_id, person_id, kind, role, version, created_at)
    values (${member.organisationId}, ${member.personId}, ${member.kind}, ${member.role}, ${member.version}, ${instantParameter(member.createdAt)})`);
}

/**
 * Locks a member together with all owners of the organisation, by primary key: two owners who remove each other at once must not both
 * believe that the other stays. Whoever waited sees what the first has left.
 */
export async function lockMemberAndOwners(tx: Transaction, organisationId: Uuid, personId: PersonId): Promise<Member[]> {
  const rows = await tx.lock(
    "member",
    sql<MemberRow>`
      select organisation_id, person_id, kind, role, removed_at, version, created_at
      from members
      where organisation_id = ${organisationId} and (person_id = ${personId} or role = 'owner' and removed_at is null)
      order by person_id
      for no key update`,
  );
  return rows.map(toMember);
}

/** Writes role and removal of a member that is locked. */
export async function updateMember(tx: Transaction, member: Member): Promise<void> {
  await tx.execute(sql`
    update members
    set role = ${member.role}, removed_at = ${instantParameter(member.removedAt ?? undefined)}, version = ${member.version}
    where organisation_id = ${member.organisationId} and person_id = ${member.personId}`);
}

/** A member, removed ones among them. Undefined when the organisation has none of this id. */
export async function findMember(reader: Reader, organisationId: Uuid, personId: PersonId): Promise<MemberShown | undefined> {
  const row = await reader.find(sql<MemberRow & { name: string; email: string; phone: string | null }>`
    select m.organisation_id, m.person_id, m.kind, m.role, m.removed_at, m.version, m.created_at, p.name, p.email, p.phone
    from members m
      join persons p on p.organisation_id = m.organisation_id and p.person_id = m.person_id
    where m.organisation_id = ${organisationId} and m.person_id = ${personId}`);
  return row && { ...toMember(row), name: row.name, email: row.email, phone: row.phone };
}

/** Members of an organisation from new to old, those with an id below `before`; who was removed is among them. */
export async function listMembers(
  reader: Reader,
  organisationId: Uuid,
  { before, count }: { before: string; count: number },
): Promise<MemberShown[]> {
  const rows = await reader.query(sql<MemberRow & { name: string; email: string; phone: string | null }>`
    select m.organisation_id, m.person_id, m.kind, m.role, m.removed_at, m.version, m.created_at, p.name, p.email, p.phone
    from members m
      join persons p on p.organisation_id = m.organisation_id and p.person_id = m.person_id
    where m.organisation_id = ${organisationId} and m.person_id < ${before}::uuid
    order by m.person_id desc
    limit ${count}`);
  return rows.map((row) => ({ ...toMember(row), name: row.name, email: row.email, phone: row.phone }));
}

function toMember(row: MemberRow): Member {
  return {
    organisationId: row.organisation_id,
    personId: row.person_id,
    kind: row.kind,
    role: row.role,
    removedAt: row.removed_at,
    version: row.version,
    createdAt: row.created_at,
  };
}
