import type { Instant } from "../../kernel/clock.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { PersonId, Uuid } from "../../kernel/ids.ts";
import { organisationWireId } from "./api-key.ts";
import type { ApiKey, OrganisationKind, Role } from "./api-key.ts";

/** What a person may do for an organisation. `version` counts the changes of the role, the removal included. */
export type Member = {
  readonly organisationId: Uuid;
  readonly personId: PersonId;
  readonly kind: OrganisationKind;
  readonly role: Role;
  readonly removedAt: Instant | null;
  readonly version: number;
  readonly createdAt: Instant;
};

/** A member as events and audit entries tell of it: the person by the id alone. */
export function toldMember(member: Member) {
  return {
    id: toWireId(prefixes.person, member.personId),
    organisation: organisationWireId(member),
    role: member.role,
    removed: member.removedAt !== null,
  };
}

/**
 * Whether the organisation of these members would be left without an owner when one of them becomes as `after` says. One that has none
 * loses none. The operator has no owners: of it is asked `losesLastAdmin`.
 */
export function losesLastOwner(members: readonly Member[], after: Member): boolean {
  const isOwner = ({ role, removedAt }: Member) => role === "owner" && removedAt === null;
  const owners = members.filter(isOwner);
  return owners.length > 0 && !isOwner(after) && owners.every(({ personId }) => personId === after.personId);
}

/** Whether among these keys, as they are before and after, the operator's last live admin's key would be gone. */
export function losesLastAdmin(before: readonly ApiKey[], after: readonly ApiKey[]): boolean {
  const administers = ({ kind, role, revokedAt }: ApiKey) => kind === "operator" && role === "admin" && revokedAt === null;
  return before.some(administers) && !after.some(administers);
}
