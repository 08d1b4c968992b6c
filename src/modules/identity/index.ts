/**
 * Identity: the organisations of the market, the persons and keys that act for them. The only place with names, mails and phone numbers
 * of persons, and with the keys under which these are sealed elsewhere.
 * Keeps: one operator; a secret is shown once; a revoked key stays revoked; the operator keeps an admin (A3).
 */
export { effectiveBy, keyText, parseKeyText, roles } from "./api-key.ts";
export type { ApiKey, IssuedKey, OrganisationKind, Role, StoredKey } from "./api-key.ts";
export { findKey, listKeys } from "./api-key-store.ts";
export { enrolOrganisation, initialiseOperator, issueKey, organisationWireId, revokeKey } from "./identity-commands.ts";
export type { EnrolledContact, OperatorActor } from "./identity-commands.ts";
export type { IdentityRefusal, LastOperatorAdmin, NotFound } from "./identity-refusals.ts";
export { secretMatches } from "./key-secret.ts";
export type { Contact } from "./organisation-store.ts";

export const owns = ["organisations", "persons", "person_keys", "members", "tax_numbers", "api_keys"] as const;
