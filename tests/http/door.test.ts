import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createAdmission } from "../../src/http/admission.ts";
import { createAuthenticator } from "../../src/http/authenticate.ts";
import { readIfMatch } from "../../src/http/headers.ts";
import { instant } from "../../src/kernel/clock.ts";
import { type ApiKeyId, createIdSource, type OperatorId } from "../../src/kernel/ids.ts";
import { Refused } from "../../src/kernel/refusal.ts";
import { keyText, type StoredKey } from "../../src/modules/identity/index.ts";

const newId = createIdSource((bytes) => crypto.getRandomValues(bytes));
const secret = "A".repeat(32);
const stored: StoredKey = {
  keyId: newId<ApiKeyId>(1),
  organisationId: newId<OperatorId>(1),
  kind: "operator",
  role: "admin",
  name: "first",
  createdAt: instant(1),
  revokedAt: null,
  secretHash: createHash("sha256").update(secret).digest(),
};
const header = `Bearer ${keyText(stored.keyId, secret)}`;

/** Keys as a database would give them, and how often it was asked. */
function keyShelf(first: StoredKey | undefined) {
  const shelf = { key: first, asked: 0, failing: false };
  const find = async (): Promise<StoredKey | undefined> => {
    shelf.asked += 1;
    if (shelf.failing) throw new Error("the database is away");
    return shelf.key;
  };
  return { shelf, find };
}

describe("a key that was read", () => {
  test("is believed for the cache's time and no longer", async () => {
    const { shelf, find } = keyShelf(stored);
    const { authenticate } = createAuthenticator({ find, cacheMillis: 40 });
    const start = performance.now();
    await Promise.all([authenticate(header), authenticate(header)]);
    expect(shelf.asked).toBe(1);
    shelf.key = { ...stored, revokedAt: instant(2) };
    for (;;) {
      const outcome = await authenticate(header).catch((error: unknown) => error);
      if (outcome instanceof Refused) break;
      expect(performance.now() - start).toBeLessThan(1_000);
    }
    expect(performance.now() - start).toBeGreaterThanOrEqual(40);
  });

  test("is forgotten at once by the process that revoked it, also while it is being read again", async () => {
    const { shelf, find } = keyShelf(stored);
    const { authenticate, forget } = createAuthenticator({ find, cacheMillis: 60_000 });
    await authenticate(header);
    shelf.key = { ...stored, revokedAt: instant(2) };
    forget(stored.keyId);
    await expect(authenticate(header)).rejects.toMatchObject({ refusal: { code: "unauthenticated" } });
  });

  test("that is not there, and a database that fails, are asked for again each time", async () => {
    const { shelf, find } = keyShelf(undefined);
    const { authenticate } = createAuthenticator({ find, cacheMillis: 60_000 });
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      await expect(authenticate(header)).rejects.toMatchObject({ refusal: { code: "unauthenticated" } });
    }
    shelf.failing = true;
    await expect(authenticate(header)).rejects.toThrow("the database is away");
    Object.assign(shelf, { failing: false, key: stored });
    expect(await authenticate(header)).toMatchObject({ role: "admin" });
    expect(shelf.asked).toBe(4);
  });

  test("is one of ten thousand at most", async () => {
    const { shelf, find } = keyShelf(stored);
    const { authenticate } = createAuthenticator({ find, cacheMillis: 60_000 });
    await authenticate(header);
    for (let other = 0; other < 10_000; other += 1) await authenticate(`Bearer ${keyText(newId<ApiKeyId>(1), secret)}`);
    const before = shelf.asked;
    await authenticate(header);
    expect(shelf.asked).toBe(before + 1);
  });
});

describe("admission", () => {
  const bounds = { requests: 3, lessUrgentRequests: 2, largeBodies: 1 };
  const small = { urgent: false, bodyBytes: 100 };
  const urgent = { urgent: true, bodyBytes: 100 };

  test("sheds what is less urgent first, and says when to come again", () => {
    const { enter, requests } = createAdmission(bounds);
    enter(small);
    const leave = enter(small);
    expect(() => enter(small)).toThrow(expect.objectContaining({ refusal: { code: "overloaded", retry_after_seconds: 1 } }) as Error);
    enter(urgent);
    expect(() => enter(urgent)).toThrow(Refused);
    leave();
    leave();
    expect(requests()).toBe(2);
    expect(() => enter(urgent)).not.toThrow();
  });

  test("reads so many large bodies at once, and one of unknown size counts as large", () => {
    const { enter } = createAdmission(bounds);
    const leave = enter({ urgent: true, bodyBytes: undefined });
    expect(() => enter({ urgent: true, bodyBytes: 70_000 })).toThrow(Refused);
    enter(small);
    leave();
    expect(() => enter({ urgent: true, bodyBytes: 70_000 })).not.toThrow();
  });
});

test.each([
  [undefined, undefined],
  ["*", "*"],
  ['"3"', [3]],
  ['"3", "4" ,"x"', [3, 4]],
  ['W/"3"', []],
  ['"03"', []],
  ['"99999999999"', []],
])("If-Match %s means the versions %j", (header, versions) => {
  expect(readIfMatch(header)).toEqual(versions);
});
