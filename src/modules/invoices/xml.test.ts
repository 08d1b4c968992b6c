import fc from "fast-check";
import { XmlDocument } from "libxml2-wasm";
import { describe, expect, it } from "vitest";
import { element, isBlank, textElement, xmlText } from "./xml.ts";

/** The text and the attribute that a reader of XML finds again. */
function readBack(text: string): { content: string; attribute: string | undefined } {
  const document = XmlDocument.fromString(xmlText(element("a", [element("b", text, { c: text })])));
  const found = document.get("/a/b");
  const attribute = document.get("/a/b/@c");
  const read = { content: found?.content ?? "", attribute: attribute?.content };
  document.dispose();
  return read;
}

describe("a text in XML", () => {
  it.each(["<b>", "]]>", "&amp;", "a\"b'c", "\r\n\t ", "a\rb", "€ Ω Ж", "\u{1F600}", "\u202Eabc", "\u0085\u2028"])(
    "is read as it was: %j",
    (text) => {
      expect(readBack(text)).toEqual({ content: text, attribute: text });
    },
  );

  it.each([
    ["\u0000", "\uFFFD"],
    ["a\u0008b\u001F", "a\uFFFDb\uFFFD"],
    ["\uD800", "\uFFFD"],
    ["x\uDC00y", "x\uFFFDy"],
    ["\uFFFE\uFFFF", "\uFFFD\uFFFD"],
  ])("has U+FFFD where it has what XML cannot hold: %j", (text, expected) => {
    expect(readBack(text)).toEqual({ content: expected, attribute: expected });
  });

  it("breaks no document, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        const { content, attribute } = readBack(text);
        expect(content).toBe(attribute);
        expect(content.length).toBe(text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD").length);
      }),
      { seed: 20_261_122, numRuns: 300 },
    );
  });
});

describe("an element", () => {
  it("is left out when it is null, and so is one whose text is none", () => {
    expect(textElement("a", null)).toBe(null);
    expect(textElement("a", " \t\r\n")).toBe(null);
    expect(xmlText(element("a", [null, element("b", "c", { d: "e" })]))).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<a>\n  <b d="e">c</b>\n</a>\n',
    );
  });

  it("is not blank for white space that XML does not call so", () => {
    expect(isBlank("\u00A0")).toBe(false);
  });
});
