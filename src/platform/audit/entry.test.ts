import { describe, expect, test } from "vitest";
import type { Facts } from "./entry.ts";
import { factsText } from "./entry.ts";

const sealed = { sealed: "1.abc", person: "per_1" };

describe("the facts of an audit entry", () => {
  test("are the JSON of what was so, absent ones nothing at all", () => {
    expect(factsText({ name: "Nord", limit: { amount: 5, currency: "EUR" }, gone: undefined, contact: sealed })).toBe(
      '{"name":"Nord","limit":{"amount":5,"currency":"EUR"},"contact":{"sealed":"1.abc","person":"per_1"}}',
    );
    expect(factsText(undefined)).toBeNull();
  });

  test("do not compile with personal data that is not sealed", () => {
    // @ts-expect-error a plain email
    const email: Facts = { email: "ada@example.org" };
    // @ts-expect-error a plain contact, one level down
    const contact: Facts = { seller: { contact: { name: "Ada" } } };
    for (const facts of [email, contact]) expect(() => factsText(facts)).toThrow("is personal data and has to be sealed");
  });

  test("are not written with personal data that came past the compiler", () => {
    const row: unknown = { before: [{ phone: "+49 40 1" }] };
    expect(() => factsText(row as Facts)).toThrow("phone is personal data");
    expect(factsText({ phone: null })).toBe('{"phone":null}');
  });
});
