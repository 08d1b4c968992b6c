/**
 * Identity: the organisations of the market, the persons and keys that act for them. The only place with names, mails and phone numbers
 * of persons, and with the keys under which these are sealed elsewhere.
 * Keeps: one operator, and who it is on paper; no two issuers number their documents alike; a secret is shown once; a revoked key stays revoked; who was removed stays so, and the keys with them; the operator
 * keeps an admin, an organisation an owner (A3).
 */
export { effectiveBy, keyText, organisationWireId, parseKeyText, roles } from "./api-key.ts";
export type { ApiKey, IssuedKey, OrganisationKind, Role, StoredKey } from "./api-key.ts";
export { actsForOperator, findKey, listKeys } from "./api-key-store.ts";
export type { IdentityRefusal, LastOperatorAdmin, LastOwner, MemberRemoved, NotFound } from "./identity-refusals.ts";
export { initialiseOperator, issueKey, issueMemberKey, revokeKey } from "./key-commands.ts";
export { secretMatches } from "./key-secret.ts";
export type { Member } from "./member.ts";
export { addMember, changeMemberRole, type MemberAsked, removeMember } from "./member-commands.ts";
export { findMember, listMembers, type MemberShown } from "./member-store.ts";
export { type EnrolledContact, enrolOrganisation } from "./organisation-commands.ts";
export { type OperatorFacts, type OperatorProfile, shownOperatorProfile } from "./operator-profile.ts";
export { setOperatorProfile } from "./operator-profile-commands.ts";
export { readOperatorProfile } from "./operator-profile-store.ts";
export { type Contact, organisationExists } from "./organisation-store.ts";
export { shownTaxNumber, type TaxNumber } from "./tax-number.ts";
export { deleteTaxNumber, readTaxNumbers, recordTaxNumberCheck, replaceTaxNumber } from "./tax-number-store.ts";

export const owns = [
  "organisations",
  "persons",
  "person_keys",
  "members",
  "tax_numbers",
  "api_keys",
  "operator_profiles",
  "series_prefixes",
] as const;
