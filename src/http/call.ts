import type { ApiKeyId, Id, IdSource, Prefix, Uuid } from "../kernel/ids.ts";
import { fromWireId, prefixes, type Kind } from "../kernel/ids.ts";
import { type Instant, parseRfc3339 } from "../kernel/clock.ts";
import type { OrganisationKind, Role } from "../modules/identity/index.ts";
import { refuse } from "./refuse.ts";

/** Whom a path tree is for. */
export type Audience = "operator" | "seller" | "buyer" | "public";

/** Those of whom a key is asked. */
export type KeyedAudience = Exclude<Audience, "public">;

/** Who is calling: a key that acts for exactly one organisation. Every query takes the organisation from here, never from the request. */
export type Principal = {
  readonly organisationId: Uuid;
  readonly kind: OrganisationKind;
  readonly keyId: ApiKeyId;
  readonly role: Role;
};

const nil = "00000000-0000-0000-0000-000000000000";

/** Whoever calls the public tree: of no organisation, with no key, known by nothing. */
export const nobody = {
  organisationId: nil as Uuid,
  kind: "public",
  keyId: nil as ApiKeyId,
  role: "everybody",
} as const;

/** One request, authenticated, authorised and validated. */
export type Call<Params = unknown, Query = unknown, Body = unknown> = {
  readonly principal: Principal | typeof nobody;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** `req_…`: goes into events, audit entries and every log line. */
  readonly requestId: string;
  readonly traceparent: string | undefined;
  /** The versions of `If-Match`; undefined when the header was not sent. `"*"` stands for any version. */
  readonly ifMatch: readonly number[] | "*" | undefined;
  readonly newId: IdSource;
};

/** A call whose write spans organisations. It reads `now(tx)` itself, after the rows it waited for are locked. */
export type FlowCall<Params = unknown, Query = unknown, Body = unknown> = Call<Params, Query, Body> & {
  /** Names the row that will hold this answer; written into what the command makes (invariant R1). */
  readonly idempotencyId: Uuid;
};

/** A call that writes: its key is claimed in the transaction in which it runs. */
export type WriteCall<Params = unknown, Query = unknown, Body = unknown> = FlowCall<Params, Query, Body> & {
  /** `stoa_now()` read in this transaction after the key was claimed. */
  readonly now: Instant;
};

/** A body that is JSON already, byte for byte: numbers in it may be larger than a number here can hold. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What an operation answers. `version` becomes the `ETag`; the status is the operation's. */
export type Answer<Body = unknown> = {
  readonly body: Body | JsonText;
  readonly location?: string;
  readonly version?: number;
};

/**
 * The id in a path. One that is malformed, one that is somebody else's and one that never was get the same answer.
 *
 * @throws Refused not-found
 */
export function idInPath<K extends Kind>(kind: K, text: string): Id<(typeof prefixes)[K]> {
  return (fromWireId(prefixes[kind] as Prefix, text) as Id<(typeof prefixes)[K]> | undefined) ?? refuseNotFound();
}

/**
 * The id in a body or a query; `pointer` (RFC 6901) says where it stands.
 *
 * @throws Refused unknown-reference
 */
export function idInBody<K extends Kind>(kind: K, text: string, pointer: string): Id<(typeof prefixes)[K]> {
  const id = fromWireId(prefixes[kind] as Prefix, text) as Id<(typeof prefixes)[K]> | undefined;
  if (id === undefined) throw refuse("unknown-reference", { pointer });
  return id;
}

/**
 * The moment in a query parameter that is declared `momentAsked`; `pointer` (RFC 6901) says where it stands.
 *
 * @throws Refused request-invalid for one that no calendar has
 */
export function momentInQuery(text: string, pointer: string): Instant {
  const at = parseRfc3339(text);
  if (at === undefined) throw refuse("request-invalid", { errors: [{ pointer, detail: "is a moment that no calendar has" }] });
  return at;
}

/** @throws Refused not-found, always: for the row that a read did not find. */
export function refuseNotFound(): never {
  throw refuse("not-found");
}

/**
 * Judges `If-Match` against the version that the caller's command has locked. No header: nothing to judge.
 *
 * @throws Refused version-stale
 */
export function checkVersion(call: Pick<Call, "ifMatch">, current: number): void {
  const { ifMatch } = call;
  if (ifMatch === undefined || ifMatch === "*" || ifMatch.includes(current)) return;
  throw refuse("version-stale", { current_version: current });
}

/** The bytes of an answer's body. */
export function bodyBytes({ body }: Answer): Buffer {
  return Buffer.from(body instanceof JsonText ? body.text : JSON.stringify(body));
}
