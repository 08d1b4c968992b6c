import type { Instant } from "../../kernel/clock.ts";
import type { PersonId, Uuid } from "../../kernel/ids.ts";
import { instantParameter, sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import type { OrganisationKind } from "./api-key.ts";

/** A person's own data: it stands here and nowhere else. */
export type Contact = { readonly name: string; readonly email: string; readonly phone?: string | undefined };

export type NewOrganisation = { readonly organisationId: Uuid; readonly kind: OrganisationKind; readonly at: Instant };

/** False when the organisation is the operator and there is one already: the unique index decides. */
export async function insertOrganisation(tx: Transaction, { organisationId, kind, at }: NewOrganisation): Promise<boolean> {
  const inserted = await tx.execute(sql`
    insert into organisations (organisation_id, kind, created_at)
    values (${organisationId}, ${kind}, ${instantParameter(at)})
    on conflict do nothing`);
  return inserted === 1;
}

export async function insertPerson(tx: Transaction, person: Contact & { organisationId: Uuid; personId: PersonId }): Promise<void> {
  await tx.query(sql`
    insert into persons (organisation_id, person_id, name, email, phone)
    values (${person.organisationId}, ${person.personId}, ${person.name}, ${person.email}, ${person.phone ?? null})`);
}

/** The key under which the person's data is sealed elsewhere; deleting it is what erases the person. */
export async function insertPersonKey(tx: Transaction, organisationId: Uuid, personId: PersonId, secret: Buffer): Promise<void> {
  await tx.query(sql`
    insert into person_keys (organisation_id, person_id, secret)
    values (${organisationId}, ${personId}, ${secret})`);
}

/** Whether there is an organisation of this kind, for who may see it. */
export async function organisationExists(reader: Reader, organisationId: Uuid, kind: OrganisationKind): Promise<boolean> {
  const rows = await reader.query(sql<{ organisation_id: Uuid }>`
    select organisation_id from organisations where organisation_id = ${organisationId} and kind = ${kind}`);
  return rows.length === 1;
}
