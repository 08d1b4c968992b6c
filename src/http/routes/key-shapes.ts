import Type from "typebox";
import { type Instant, toRfc3339 } from "../../kernel/clock.ts";
import { toWireId } from "../../kernel/ids.ts";
import { type ApiKey, effectiveBy, type IssuedKey, organisationWireId, roles } from "../../modules/identity/index.ts";
import { example } from "../examples.ts";
import { closed, idOf, instant, oneOf, text } from "../shapes.ts";

const everyRole = [...new Set([...roles.operator, ...roles.seller, ...roles.company])];
const member = Type.Union([idOf("person"), Type.Null()], { description: "Whom it acts for; null when for the organisation alone" });

/** A key at the one moment when its secret is shown. */
export const issuedKey = closed({
  id: idOf("apiKey"),
  name: text(100),
  role: oneOf(everyRole),
  member,
  secret: Type.String({ maxLength: 64, description: "The whole key, for `Authorization: Bearer`. It is shown this once." }),
});

/** A key as lists show it. The role of a member's key is the member's. */
export const apiKey = closed({
  id: idOf("apiKey"),
  organisation: Type.Union([idOf("operator"), idOf("seller"), idOf("company")]),
  name: text(100),
  role: oneOf(everyRole),
  member,
  created_at: instant,
  revoked_at: Type.Union([instant, Type.Null()]),
});

/** What revoking a key answers: other processes may go on using what they have just read of it until `effective_by`. */
export const revokedKey = closed({ id: idOf("apiKey"), revoked_at: instant, effective_by: instant });

/** @returns the key with its secret, as the answer that shows it */
export function shownIssued({ keyId, name, role, personId, secret }: IssuedKey) {
  return { id: toWireId("key", keyId), name, role, member: personId === null ? null : toWireId("per", personId), secret };
}

/** @returns the key as lists show it */
export function shownKey({ keyId, name, role, personId, createdAt, revokedAt, ...organisation }: ApiKey) {
  return {
    id: toWireId("key", keyId),
    organisation: organisationWireId(organisation),
    ...{ name, role },
    member: personId === null ? null : toWireId("per", personId),
    created_at: toRfc3339(createdAt),
    revoked_at: revokedAt === null ? null : toRfc3339(revokedAt),
  };
}

/** @returns what is answered when a key is revoked */
export function shownRevoked({ keyId, revokedAt }: ApiKey & { readonly revokedAt: Instant }) {
  return { id: toWireId("key", keyId), revoked_at: toRfc3339(revokedAt), effective_by: toRfc3339(effectiveBy(revokedAt)) };
}

/** The example of a key's secret. */
export const secretSample = "stoa_01k9zv3n7gfx1t0c5r2m8q4a6e_AbCdEfGhIjKlMnOpQrStUvWxYz012345";

/** The example of a revocation. */
export function revokedExample(id: string) {
  return { id, revoked_at: example.time, effective_by: "2026-11-22T12:00:06.000Z" };
}
