import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formsOfGtin, isGtin } from "./gtin.ts";

const body = fc.constantFrom(7, 11, 12, 13).chain((length) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`)));
const withEach = (digits: string) => Array.from({ length: 10 }, (_, check) => `${digits}${check}`);

describe("a GTIN", () => {
  test("has one check digit and no other", () => {
    fc.assert(fc.property(body, (digits) => withEach(digits).filter(isGtin).length === 1));
  });

  test("with one wrong digit is none", () => {
    fc.assert(
      fc.property(body, fc.nat(), fc.integer({ min: 1, max: 9 }), (digits, place, by) => {
        const right = withEach(digits).find(isGtin) ?? "";
        const at = place % right.length;
        return !isGtin(`${right.slice(0, at)}${(Number(right[at]) + by) % 10}${right.slice(at + 1)}`);
      }),
    );
  });

  test.each([
    "",
    "0",
    "1234567",
    "123456789",
    "12345678901",
    "123456789012345",
    "4006381333931 ",
    "４００６３８１３３３９３１",
    "-4006381333931",
  ])("is not %j", (text) => expect(isGtin(text)).toBe(false));

  test("is the same with and without zeros in front", () => {
    expect(formsOfGtin("614141000036")).toEqual(["614141000036", "0614141000036", "00614141000036"]);
    expect(formsOfGtin("00000096385074")).toEqual(["96385074", "000096385074", "0000096385074", "00000096385074"]);
    fc.assert(
      fc.property(body, (digits) => {
        const right = withEach(digits).find(isGtin) ?? "";
        return formsOfGtin(right).includes(right) && formsOfGtin(right).every(isGtin);
      }),
    );
  });
});
