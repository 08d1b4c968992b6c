import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printable } from "./printable.ts";
import { loadTypeface } from "./typeface.ts";

const seed = 20_261_122;
const everything = () => true;

describe("a printable text", () => {
  it.each([
    ["Łódź, Ελλάδα, Київ: 5 € × 2 – „so“", "Łódź, Ελλάδα, Київ: 5 € × 2 – „so“"],
    ["  two\t\r\n lines\u2028\u00A0here ", "two lines here"],
    ["e\u0301", "é"],
    ["total \u202E00.1\u202C", "total 00.1"],
    ["co\u00ADop\u200Berate\uFEFF", "cooperate"],
    ["\u0000a\u001B", "\uFFFDa\uFFFD"],
    ["\uD800a", "\uFFFDa"],
    ["שלום", "\uFFFD\uFFFD\uFFFD\uFFFD"],
    ["Z\u0316\u0317\u0318\u0319!", "Z\u0316\u0317\uFFFD\uFFFD!"],
    ["\u0316x", "\uFFFDx"],
    ["", ""],
  ])("of %j is %j", (text, shown) => {
    expect(printable(text, everything)).toBe(shown);
  });

  it("has U+FFFD for what the typeface lacks", () => {
    expect(printable("5 € or 6 £", (codePoint) => codePoint !== 0x20ac)).toBe("5 \uFFFD or 6 £");
  });

  it("is printable as it is, whatever it was made of", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" })), (text) => {
        const shown = printable(text, everything);
        expect(printable(shown, everything)).toBe(shown);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Co}\p{Zl}\p{Zp}]|^ | $| {2}/u);
      }),
      { seed, numRuns: 2_000 },
    );
  });
});

describe("the typeface of documents", () => {
  it("has the letters of the European languages, what stands between them, and the signs of currencies", async () => {
    const { hasGlyph } = await loadTypeface();
    const needed =
      "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿĀāĂăĄąĆćČčĎďĐđĒēĖėĘęĚěĞğĢģĦħĪīĮįİıĶķĹĺĽľŁłŃńŇňŅņŐőŒœŔŕŘřŚśŞşŠšŢţŤťŪūŮůŰűŲųŹźŻżŽžȘșȚțẞ" +
      "ΆΈΉΊΌΎΏΐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΪΫάέήίΰαβγδεζηθικλμνξοπρςστυφχψωϊϋόύώ" +
      "ЀЁЂЃЄЅІЇЈЉЊЋЌЍЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюяёђѓєѕіїјљњћќўџҐґ" +
      "€£¥₴₺₽₹₪₫₩₿¢–—‘’‚“”„…•‰‹›«»§©®°±²³µ·¹½×÷№™\uFFFD";
    const lacking = Array.from(needed).filter((character) => !hasGlyph(character.codePointAt(0) ?? 0));
    expect(lacking).toEqual([]);
    expect(hasGlyph("你".codePointAt(0) ?? 0)).toBe(false);
    expect(printable(needed, hasGlyph)).toBe(needed.normalize("NFC"));
  });
});
