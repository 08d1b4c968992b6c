import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { brokenIntoLines, cutToLine } from "./line-breaks.ts";

const seed = 20_261_122;

/** Ones wide, but for W, which is three. */
const widthOf = (text: string) => Array.from(text).reduce((width, character) => width + (character === "W" ? 3 : 1), 0);

const words = fc.array(fc.string({ unit: fc.constantFrom("a", "W", "é", "😀"), minLength: 1, maxLength: 30 }), { maxLength: 12 });

describe("a text in lines", () => {
  it.each([
    ["", 5, [""]],
    ["one two", 7, ["one two"]],
    ["one two", 6, ["one", "two"]],
    ["abcdefgh ij", 4, ["abcd", "efgh", "ij"]],
    ["x abcdef gh", 4, ["x", "abcd", "ef", "gh"]],
    ["abcdef g", 4, ["abcd", "ef g"]],
    ["abcd\u0301e", 4, ["abcd\u0301", "e"]],
    ["WW", 2, ["W", "W"]],
  ])("of %j on a width of %i is %j", (text, width, lines) => {
    expect(brokenIntoLines(text, width, widthOf)).toEqual(lines);
  });

  it("is whole, and no line is wider than it may be", () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 3, max: 40 }), (parts, width) => {
        const text = parts.join(" ");
        const lines = brokenIntoLines(text, width, widthOf);
        expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
        // No line ends where the next word had room.
        for (const [index, line] of lines.entries()) {
          const [next] = (lines[index + 1] ?? "").split(" ");
          if (next && parts.includes(next)) expect(widthOf(`${line} ${next}`)).toBeGreaterThan(width);
        }
      }),
      { seed, numRuns: 1_000 },
    );
  });
});

describe("a text cut to one line", () => {
  it("is the text where it fits, and else its beginning with an ellipsis that fits", () => {
    expect(cutToLine("one two", 7, widthOf)).toBe("one two");
    expect(cutToLine("one two", 6, widthOf)).toBe("one t…");
    expect(cutToLine("one two", 5, widthOf)).toBe("one…");
    fc.assert(
      fc.property(words, fc.integer({ min: 3, max: 40 }), (parts, width) => {
        const line = cutToLine(parts.join(" "), width, widthOf);
        expect(widthOf(line)).toBeLessThanOrEqual(width);
      }),
      { seed, numRuns: 500 },
    );
  });
});
