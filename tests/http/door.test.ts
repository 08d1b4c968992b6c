import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type AdmissionBounds, createAdmission } from "../../src/http/admission.ts";
import { createAuthenticator } from "../../src/http/authenticate.ts";
import { namesTag, readIfMatch, readTag } from "../../src/http/headers.ts";
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
  personId: null,
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
  const bounds: AdmissionBounds = {
    ...{ requests: 4, lessUrgentRequests: 3, publicRequests: 1 },
    largeBodies: { all: 6, ofOne: 3, keptForOperator: 2 },
    exports: { all: 2, ofOne: 1, keptForOperator: 0 },
    oneExport: { mostRows: 1, stallMillis: 1_000 },
  };
  const overloaded = expect.objectContaining({ refusal: { code: "overloaded", retry_after_seconds: 1 } }) as Error;
  const seller = (organisationId: string) => ({ organisationId, kind: "seller" });
  const operator = { organisationId: "operator", kind: "operator" };

  test("sheds the public tree first and what is urgent last, and says when to come again", () => {
    const { enter, requests } = createAdmission(bounds);
    enter("public");
    expect(() => enter("public")).toThrow(overloaded);
    enter("usual");
    const leave = enter("usual");
    expect(() => enter("usual")).toThrow(overloaded);
    enter("urgent");
    expect(() => enter("urgent")).toThrow(overloaded);
    leave();
    leave();
    expect(requests()).toBe(3);
    expect(() => enter("urgent")).not.toThrow();
  });

  test("reads so many large bodies of one organisation at once, and one of unknown size counts as large", () => {
    const { enterBody } = createAdmission(bounds);
    const leave = enterBody(seller("one"), undefined);
    enterBody(seller("one"), 70_000);
    enterBody(seller("one"), 70_000);
    expect(() => enterBody(seller("one"), 70_000)).toThrow(overloaded);
    expect(() => enterBody(seller("one"), 65_536)).not.toThrow();
    expect(() => enterBody(seller("other"), 70_000)).not.toThrow();
    leave();
    leave();
    enterBody(seller("one"), undefined);
    expect(() => enterBody(seller("one"), undefined)).toThrow(overloaded);
  });

  test("keeps places for the operator's tree, whoever else sends, and gives it no more than there are", () => {
    const { enterBody } = createAdmission(bounds);
    const leaves = ["a", "b", "c", "d"].map((name) => enterBody(seller(name), 70_000));
    expect(() => enterBody(seller("e"), 70_000)).toThrow(overloaded);
    enterBody(operator, 70_000);
    enterBody(operator, 70_000);
    expect(() => enterBody(operator, 70_000)).toThrow(overloaded);
    leaves[0]?.();
    enterBody(operator, 70_000);
    expect(() => enterBody(seller("e"), 70_000)).toThrow(overloaded);
    leaves[1]?.();
    expect(() => enterBody(seller("e"), 70_000)).not.toThrow();
  });

  test("lets so many exports run at once, and says to come again later", () => {
    const { enterExport } = createAdmission(bounds);
    const later = expect.objectContaining({ refusal: { code: "overloaded", retry_after_seconds: 10 } }) as Error;
    const leave = enterExport(seller("one"));
    expect(() => enterExport(seller("one"))).toThrow(later);
    enterExport(seller("other"));
    expect(() => enterExport(seller("third"))).toThrow(later);
    leave();
    expect(() => enterExport(seller("third"))).not.toThrow();
  });
});

test.each([
  [undefined, undefined],
  ["*", "*"],
  ['"3"', [3]],
  ['"3", "4" ,"x"', [3, 4]],
  ['"3-0123456789abcdefABCD_-", "4-short"', [3]],
  ['W/"3"', []],
  ['"03"', []],
  ['"99999999999"', []],
])("If-Match %s means the versions %j", (header, versions) => {
  expect(readIfMatch(header)).toEqual(versions);
});

describe("the tag of what is read", () => {
  const [body, other] = [Buffer.from("{}"), Buffer.from("[]")];

  test("is another for other bytes or another version, and If-Match takes the version out of it", () => {
    const tags = [readTag(undefined, body), readTag(undefined, other), readTag(1, body), readTag(1, other), readTag(2, body)];
    expect(new Set(tags).size).toBe(5);
    expect(tags.map(readIfMatch)).toEqual([[], [], [1], [1], [2]]);
  });

  test.each([
    [undefined, false],
    ["*", true],
    [readTag(3, body), true],
    [`W/${readTag(3, body)}`, true],
    [`"a" , ${readTag(3, body)},"b"`, true],
    [readTag(3, other), false],
    ['"3"', false],
    [readTag(3, body).replaceAll('"', ""), false],
    [`${readTag(3, body)} x`, false],
    ["", false],
  ])("is named by If-None-Match %s: %s", (header, named) => {
    expect(namesTag(header, readTag(3, body))).toBe(named);
  });

  test("of a list is weak, and named all the same", () => {
    const tag = readTag(undefined, body);
    expect(tag).toMatch(/^W\/"[\w-]{22}"$/);
    expect([namesTag(tag, tag), namesTag(tag.slice(2), tag), namesTag(readTag(undefined, other), tag)]).toEqual([true, true, false]);
  });
});
