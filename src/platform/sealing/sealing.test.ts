import { describe, expect, test } from "vitest";
import { addMillis, instant } from "../../kernel/clock.ts";
import { createIdSource } from "../../kernel/ids.ts";
import type { PersonId } from "../../kernel/ids.ts";
import { newPersonKey, openAnswer, openForPerson, sealAnswer, sealForPerson } from "./index.ts";

const newId = createIdSource((bytes) => crypto.getRandomValues(bytes));
const answeredAt = instant(1_700_000_000_000);
const under = { key: "raw key", organisationId: newId(1), operation: "POST /v1/operator/keys" };
const body = Buffer.from('{"secret":"stoa_…"}');

describe("an answer that reveals a secret", () => {
  const sealed = sealAnswer({ ...under, body });

  test("does not show it in the stored bytes", () => {
    expect(sealed.includes("secret")).toBe(false);
    expect(sealed.length).toBeGreaterThan(body.length);
  });

  test("is opened, byte by byte, with the raw key within the hour", () => {
    expect(openAnswer({ ...under, sealed, answeredAt, now: answeredAt })).toEqual(body);
    expect(openAnswer({ ...under, sealed, answeredAt, now: addMillis(answeredAt, 3_599_999) })).toEqual(body);
  });

  test("is no longer available from one hour on", () => {
    expect(() => openAnswer({ ...under, sealed, answeredAt, now: addMillis(answeredAt, 3_600_000) })).toThrow("answer-no-longer-available");
  });

  test("is not opened by another key, for another organisation or operation, or when a bit was changed", () => {
    const open = (change: object) => () => openAnswer({ ...under, sealed, answeredAt, now: answeredAt, ...change });
    expect(open({ key: "raw kez" })).toThrow();
    expect(open({ organisationId: newId(2) })).toThrow();
    expect(open({ operation: "POST /v1/operator/sellers" })).toThrow();
    for (const at of [0, 20, 40, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(open({ sealed: changed })).toThrow();
    }
    expect(open({ sealed: sealed.subarray(0, 30) })).toThrow();
    expect(open({})()).toEqual(body);
  });

  test("is sealed differently each time", () => {
    expect(sealAnswer({ ...under, body })).not.toEqual(sealed);
  });
});

describe("a person's data", () => {
  const person = newId<PersonId>(1);
  const key = newPersonKey();
  const contact = { name: "Ada", email: "ada@example.org", phone: null };
  const sealed = sealForPerson(person, key, contact);

  test("is JSON that names the person and shows nothing else", () => {
    expect(Object.keys(sealed)).toEqual(["sealed", "person"]);
    expect(sealed.person).toMatch(/^per_/);
    expect(JSON.stringify(sealed)).not.toContain("Ada");
  });

  test("is opened with the person's key, also after a way through JSON", () => {
    expect(openForPerson(key, sealed)).toEqual(contact);
    expect(openForPerson(key, JSON.parse(JSON.stringify(sealed)) as typeof sealed)).toEqual(contact);
  });

  test("cannot be had when the key is deleted", () => {
    expect(openForPerson(undefined, sealed)).toBeUndefined();
  });

  test("is opened neither by another's key nor under another's name", () => {
    const other = newId<PersonId>(2);
    expect(() => openForPerson(newPersonKey(), sealed)).toThrow();
    expect(() => openForPerson(key, { ...sealed, person: sealForPerson(other, key, null).person })).toThrow();
  });

  test("is sealed differently each time, so that equal data is not seen to be equal", () => {
    expect(sealForPerson(person, key, contact).sealed).not.toBe(sealed.sealed);
  });
});
