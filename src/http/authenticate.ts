import type { ApiKeyId, PersonId } from "../kernel/ids.ts";
import { parseKeyText, type StoredKey, secretMatches } from "../modules/identity/index.ts";
import type { Principal } from "./call.ts";
import { refuse } from "./refuse.ts";

const mostKeys = 10_000;

export type KeyLookup = {
  /** Reads a key under the role that may read nothing else. */
  readonly find: (keyId: ApiKeyId) => Promise<StoredKey | undefined>;
  /** For how long what was read counts, by the monotonic clock. */
  readonly cacheMillis: number;
};

export type Authenticator = {
  /** @throws Refused unauthenticated: the same for a missing, garbled, unknown or revoked key */
  readonly authenticate: (authorization: string | undefined) => Promise<Principal>;
  /** Forgets a key that was revoked by this process; others forget it when their second is over. */
  readonly forget: (keyId: ApiKeyId) => void;
  /** Forgets the keys of a member whose role was changed, or who was removed, by this process. */
  readonly forgetMember: (personId: PersonId) => void;
};

type Known = { readonly since: number; readonly key: Promise<StoredKey | undefined>; personId?: PersonId | null };

/** Keeps each key that it has read for `cacheMillis`, counted from before it was read, and at most ten thousand of them. */
export function createAuthenticator({ find, cacheMillis }: KeyLookup): Authenticator {
  const known = new Map<ApiKeyId, Known>();

  function read(keyId: ApiKeyId): Promise<StoredKey | undefined> {
    const at = performance.now();
    const before = known.get(keyId);
    if (before !== undefined && at - before.since < cacheMillis) return before.key;
    known.delete(keyId);
    // The oldest stands first in a Map, and goes first.
    const [oldest] = known.keys();
    if (known.size >= mostKeys && oldest !== undefined) known.delete(oldest);
    const entry: Known = { since: at, key: find(keyId) };
    known.set(keyId, entry);
    const drop = (): void => {
      if (known.get(keyId) === entry) known.delete(keyId);
    };
    // Neither a failure nor a key that is not there is kept: the first is no answer, and of the second anybody can send ten thousand.
    entry.key.then((key) => {
      if (key === undefined) drop();
      else entry.personId = key.personId;
    }, drop);
    return entry.key;
  }

  return {
    authenticate: async (authorization) => {
      const parsed = parseKeyText(bearerOf(authorization) ?? "");
      const key = parsed === undefined ? undefined : await read(parsed.keyId);
      if (parsed === undefined || key === undefined || !secretMatches(key, parsed.secret) || key.revokedAt !== null) {
        throw refuse("unauthenticated");
      }
      return { organisationId: key.organisationId, kind: key.kind, keyId: key.keyId, role: key.role };
    },
    forget: (keyId) => void known.delete(keyId),
    forgetMember: (personId) => {
      for (const [keyId, entry] of known) if (entry.personId === personId) known.delete(keyId);
    },
  };
}

// The scheme is read without regard to case (RFC 9110 section 11.1); between it and the key stands one space at least.
function bearerOf(authorization: string | undefined): string | undefined {
  return /^bearer +([^ ]{1,200})$/i.exec(authorization ?? "")?.[1];
}
