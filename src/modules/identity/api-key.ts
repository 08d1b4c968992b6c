import { addMillis } from "../../kernel/clock.ts";
import type { Instant } from "../../kernel/clock.ts";
import { fromWireId, prefixes, toWireId } from "../../kernel/ids.ts";
import type { ApiKeyId, Id, PersonId, Uuid } from "../../kernel/ids.ts";

/** What an organisation is in the market. Each has roles of its own. */
export type OrganisationKind = "operator" | "seller" | "company";

/** The roles of each kind of organisation. */
export const roles = {
  operator: ["admin", "finance", "support", "viewer"],
  seller: ["owner", "manager", "fulfilment", "viewer"],
  company: ["owner", "approver", "purchaser", "viewer"],
} as const satisfies Record<OrganisationKind, readonly string[]>;

export type Role<Kind extends OrganisationKind = OrganisationKind> = (typeof roles)[Kind][number];

/**
 * A key without its secret: what lists show and what authentication decides on. The role of a member's key is the member's as it is
 * now, and the key is revoked at the latest when the member is removed.
 */
export type ApiKey = {
  readonly keyId: ApiKeyId;
  readonly organisationId: Uuid;
  readonly kind: OrganisationKind;
  /** The member it acts for; null when it acts for the organisation alone. */
  readonly personId: PersonId | null;
  readonly role: Role;
  readonly name: string;
  readonly createdAt: Instant;
  readonly revokedAt: Instant | null;
};

/** A key as authentication reads it: of the secret only its sha256 is kept. */
export type StoredKey = ApiKey & { readonly secretHash: Buffer };

/** A key at the one moment when its text is known: it is shown once and never stored. */
export type IssuedKey = ApiKey & { readonly secret: string };

/** How long a process may go on with what it read of a key. */
const keyCacheMillis = 1_000;

/** How long a write that was let in may still run, and commit: the statement time-out. */
const underWayMillis = 5_000;

/** From when on nothing can take effect any more, in any process, that was let in by what a key was before this moment. */
export function effectiveBy(changedAt: Instant): Instant {
  return addMillis(changedAt, keyCacheMillis + underWayMillis);
}

/** The id of an organisation as the wire has it: `opr_…`, `sel_…` or `cmp_…`. */
export function organisationWireId({ kind, organisationId }: Pick<ApiKey, "kind" | "organisationId">): string {
  const prefix = prefixes[kind];
  return toWireId(prefix, organisationId as Id<typeof prefix>);
}

const idLength = 26;
const secretLength = 32;
const secretForm = /^[A-Za-z0-9_-]{32}$/;

/** The text that a caller sends: `stoa_<id of the key>_<192 bits of secret>`; it can be found in leaks by its prefix. */
export function keyText(keyId: ApiKeyId, secret: string): string {
  return `stoa_${toWireId(prefixes.apiKey, keyId).slice(prefixes.apiKey.length + 1)}_${secret}`;
}

/** Reads a key's text. Undefined for anything of another form: strict, so that a key has one text only. */
export function parseKeyText(text: string): { readonly keyId: ApiKeyId; readonly secret: string } | undefined {
  const idStart = "stoa_".length;
  const secretStart = idStart + idLength + 1;
  if (text.length !== secretStart + secretLength || !text.startsWith("stoa_") || text.charAt(secretStart - 1) !== "_") return undefined;
  const keyId = fromWireId(prefixes.apiKey, `${prefixes.apiKey}_${text.slice(idStart, secretStart - 1)}`);
  const secret = text.slice(secretStart);
  return keyId !== undefined && secretForm.test(secret) ? { keyId, secret } : undefined;
}
