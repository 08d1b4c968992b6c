import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readQuestion, searchText, wordsOf } from "./search-words.ts";

describe("the words of a text", () => {
  test.each([
    ["BOLT-M8-40", ["bolt", "m8", "40"]],
    ["Möbelgleiter (weiß), 8.8", ["mobelgleiter", "weiß", "8", "8"]],
    ["ﬁne ½″", ["fine", "1", "2"]],
    ["İstanbul", ["istanbul"]],
    ["漢字 и слово", ["漢字", "и", "слово"]],
    ["' & ! : * \\ %", []],
    ["", []],
  ])("of %j are %j", (text, words) => expect(wordsOf(text)).toEqual(words));

  test("are letters and digits, at most 64 of them, and those of a word are that word", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (text) => {
        for (const word of wordsOf(text)) {
          expect(word).toMatch(/^[\p{L}\p{N}]{1,64}$/u);
          expect(wordsOf(word)).toEqual([word]);
        }
      }),
    );
  });
});

const variant = (sku: string, words: object = {}) => ({ sku, gtin: null, title: "One", attributes: {}, ...words });

describe("what a search looks at", () => {
  test("is title and brand, codes, and the rest of the variants, each in a line, each code also in one word", () => {
    const variants = [variant("M8-40", { gtin: "96385074" }), variant("M8-60", { attributes: { material: "A2", colour: "Zinc A2" } })];
    expect(searchText({ title: "Hexagon Bolt", brand: "Nord & Süd", variants }).split("\n")).toEqual([
      ...["hexagon bolt nord sud", "m8 40 m840 96385074 60 m860", "one a2 zinc"],
    ]);
  });

  test("is bounded, and cut between words", () => {
    const variants = Array.from({ length: 100 }, (_, index) =>
      variant(`${"x".repeat(50)}-${index}`, { attributes: { note: `${"word ".repeat(30)}${index}${"y".repeat(60)}` } }),
    );
    const lines = searchText({ title: "t", brand: null, variants }).split("\n");
    expect(lines.every((line) => line.length <= 8_000)).toBe(true);
    expect(lines[1]?.split(" ").every((word) => /^(x{50}\d*|\d+)$/.test(word))).toBe(true);
  });
});

describe("a question", () => {
  test("asks for all of its words, the last one as a beginning", () => {
    expect(readQuestion("Bolt M8-4")).toEqual({
      query: "bolt & m8 & 4:*",
      phrase: "bolt m8 4",
      code: "boltm84",
      words: ["bolt", "m8", "4"],
    });
  });

  test("of nothing but signs is none", () => expect(readQuestion("&|!:*()<->'\"\\ %_")).toBeUndefined());

  test("counts a word once, and the first eight", () => {
    expect(readQuestion("a b a c d e f g h i j")?.words).toEqual(["a", "b", "c", "d", "e", "f", "g", "h"]);
  });

  test("holds no operator but ours, whatever is asked", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const question = readQuestion(text);
        expect(question?.query ?? "none:*").toMatch(/^[\p{L}\p{N}]+( & [\p{L}\p{N}]+)*:\*$/u);
      }),
    );
  });
});
