import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Font } from "fontkit";

export type Face = "regular" | "bold";

/** The tables by which letters replace, join and move one another. */
const layoutTables: ReadonlySet<string> = new Set(["GDEF", "GPOS", "GSUB", "kern"]);

/** The typeface that documents are set in: its files, what it can show, and how wide that is. */
export type Typeface = {
  /** Without layout tables: letters stand side by side, as their widths were added up, whatever they are, and quickly. */
  readonly files: Readonly<Record<Face, Uint8Array>>;
  readonly hasGlyph: (codePoint: number) => boolean;
  /** In the unit of the size, which is the point. */
  readonly widthOf: (text: string, face: Face, size: number) => number;
};

let loaded: Typeface | undefined;

/** Reads the typeface once, when the first document is drawn: a server that draws none does not hold it. */
export async function loadTypeface(): Promise<Typeface> {
  if (loaded !== undefined) return loaded;
  const { create } = await import("fontkit");
  const read = async (url: string) => withoutLayout(await readFile(fileURLToPath(url)));
  const open = (bytes: Buffer): Font => {
    const font = create(bytes);
    if (!("glyphForCodePoint" in font)) throw new Error("the typeface is a collection");
    return font;
  };
  // Noto Sans: Latin, Greek, Cyrillic and the signs of the currencies, under the SIL Open Font License.
  const bytes = {
    regular: await read(import.meta.resolve("@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf")),
    bold: await read(import.meta.resolve("@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf")),
  };
  const fonts = { regular: open(bytes.regular), bold: open(bytes.bold) };
  const widths = { regular: new Map<string, number>(), bold: new Map<string, number>() };
  const characterWidth = (character: string, face: Face): number => {
    const known = widths[face].get(character);
    if (known !== undefined) return known;
    const width = fonts[face].glyphForCodePoint(character.codePointAt(0) ?? 0).advanceWidth / fonts[face].unitsPerEm;
    widths[face].set(character, width);
    return width;
  };
  const glyphs = new Set(fonts.regular.characterSet).intersection(new Set(fonts.bold.characterSet));
  loaded = {
    files: bytes,
    hasGlyph: (codePoint) => glyphs.has(codePoint),
    widthOf: (text, face, size) => {
      let width = 0;
      for (const character of text) width += characterWidth(character, face);
      return width * size;
    },
  };
  return loaded;
}

/** A TrueType file with a directory that does not list its layout tables; all others stay where they are. */
function withoutLayout(bytes: Buffer): Buffer {
  const head = 12;
  const entry = 16;
  const entries = Array.from({ length: bytes.readUInt16BE(4) }, (_, index) =>
    bytes.subarray(head + index * entry, head + (index + 1) * entry),
  );
  const kept = entries.filter((each) => !layoutTables.has(each.toString("latin1", 0, 4)));
  const plain = Buffer.from(bytes);
  plain.writeUInt16BE(kept.length, 4);
  for (const [index, each] of kept.entries()) each.copy(plain, head + index * entry);
  return plain;
}
