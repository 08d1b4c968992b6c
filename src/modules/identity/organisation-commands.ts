import type { Origin } from "../../kernel/actor.ts";
import type { PersonId, Uuid } from "../../kernel/ids.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { appendEvents } from "../../platform/outbox/index.ts";
import { newPersonKey, sealForPerson } from "../../platform/sealing/index.ts";
import type { Sealed } from "../../platform/sealing/index.ts";
import { identityEvent } from "./identity-event.ts";
import { type Member, toldMember } from "./member.ts";
import { insertMember } from "./member-store.ts";
import { insertOrganisation, insertPerson, insertPersonKey } from "./organisation-store.ts";
import type { Contact } from "./organisation-store.ts";

/** The person an organisation is reached by: the id, and the data as it may stand in an audit entry. */
export type EnrolledContact = { readonly personId: PersonId; readonly sealed: Sealed };

/**
 * Makes a seller's or company's organisation, and the person it is reached by its first owner. What it is beyond that is its own module's.
 * Nothing is read, so whoever may only write (a registration) can do it too.
 */
export async function enrolOrganisation(
  tx: Transaction,
  origin: Origin,
  organisation: { readonly organisationId: Uuid; readonly kind: "seller" | "company"; readonly contact: Contact },
): Promise<EnrolledContact> {
  const { organisationId, kind, contact } = organisation;
  await insertOrganisation(tx, { organisationId, kind, at: origin.now });
  const { member, sealed } = await enrolMember(tx, origin, { organisationId, kind, role: "owner", contact });
  return { personId: member.personId, sealed };
}

/** Makes a person a member of an organisation: the person's data goes to the person's own row, and sealed to the audit entry of who asks. */
export async function enrolMember(
  tx: Transaction,
  origin: Origin,
  asked: Pick<Member, "organisationId" | "kind" | "role"> & { readonly contact: Contact },
): Promise<{ readonly member: Member; readonly sealed: Sealed }> {
  const { organisationId, kind, role, contact } = asked;
  const { now } = origin;
  const personId = origin.newId<PersonId>(now);
  const personKey = newPersonKey();
  await insertPerson(tx, { organisationId, personId, ...contact });
  await insertPersonKey(tx, organisationId, personId, personKey);
  const member: Member = { organisationId, personId, kind, role, removedAt: null, version: 1, createdAt: now };
  await insertMember(tx, member);
  await appendEvents(tx, [memberEvent(origin, "member.added", member)]);
  const { name, email, phone = null } = contact;
  return { member, sealed: sealForPerson(personId, personKey, { name, email, phone }) };
}

/** A member has changed, to be told to the organisation. */
export function memberEvent(origin: Origin, type: string, member: Member) {
  const { personId, version } = member;
  const subject = { subjectId: personId, subjectType: "person", subjectVersion: version } as const;
  return identityEvent(origin, { organisation: member, ...subject, type, data: toldMember(member) });
}
