import { inflateSync } from "node:zlib";

/**
 * Reads the PDFs that the server writes, with code that shares nothing with what writes them: by the table of objects at the end, through the
 * catalogue to each page's content, and from its glyphs to characters by the fonts' own tables. It knows as much of ISO 32000 as that takes,
 * and refuses what it does not know.
 */

/** One text of a page: `left` and `baseline` in points from the upper left corner, `width` by the font's table of widths. */
export type ReadText = {
  readonly text: string;
  readonly left: number;
  readonly baseline: number;
  readonly width: number;
  readonly size: number;
};
export type ReadPdf = {
  readonly pages: readonly { readonly width: number; readonly height: number; readonly texts: readonly ReadText[] }[];
  readonly info: ReadonlyMap<string, string>;
  readonly id: string;
  /** Of each embedded font file. */
  readonly fontBytes: readonly number[];
  /** All names in the dictionaries: what the file is made of, and what it would do. */
  readonly names: ReadonlySet<string>;
  /** The XML about the document. */
  readonly metadata: string;
};

const stringObject = /\((?:\\[\s\S]|[^\\()])*\)/g;

type PdfObject = { readonly dictionary: string; readonly stream: Buffer | undefined };
type Font = { readonly characters: ReadonlyMap<number, string>; readonly widths: readonly number[] };

export function readPdf(bytes: Buffer): ReadPdf {
  const file = bytes.toString("latin1");
  if (!/^%PDF-1\.\d\n/.test(file)) throw new Error("not a PDF");
  const table = Number(found(/startxref\n(\d+)\n%%EOF\n$/, file));
  const trailer = file.slice(table);
  const count = Number(found(/^xref\n0 (\d+)\n/, trailer));
  const entries = [...trailer.matchAll(/^(\d{10}) \d{5} ([nf]) $/gm)];
  if (entries.length !== count) throw new Error(`${entries.length} of ${count} objects in the table`);
  const objects = new Map<number, PdfObject>();
  for (const [id, [, offset, kind]] of entries.entries()) if (kind === "n") objects.set(id, readObject(bytes, file, id, Number(offset)));
  const object = (id: string): PdfObject => {
    const there = objects.get(Number(id));
    if (there === undefined) throw new Error(`no object ${id}`);
    return there;
  };
  const of = (dictionary: string, name: string) => object(reference(dictionary, name));

  const fonts = new Map<string, Font>();
  const fontOf = (id: string): Font => {
    const known = fonts.get(id) ?? readFont(object(id).dictionary, object);
    fonts.set(id, known);
    return known;
  };
  const pageList = of(of(trailer, "Root").dictionary, "Pages").dictionary;
  const pages = [...found(/\/Kids \[([^\]]*)\]/, pageList).matchAll(/(\d+) 0 R/g)].map(([, id = ""]) => {
    const { dictionary } = object(id);
    const [, , width = 0, height = 0] = found(/\/MediaBox \[([^\]]*)\]/, dictionary)
      .trim()
      .split(/\s+/)
      .map(Number);
    const resources = of(dictionary, "Resources").dictionary;
    const fontNames = new Map(
      [...found(/\/Font <<([^>]*)>>/, resources).matchAll(/\/(\w+) (\d+) 0 R/g)].map(([, name, id = ""]) => [name, id]),
    );
    const content = of(dictionary, "Contents").stream?.toString("latin1") ?? "";
    return { width, height, texts: readTexts(content, height, (name) => fontOf(fontNames.get(name) ?? `of ${name}`)) };
  });
  const infoObject = of(trailer, "Info").dictionary;
  const info = new Map(
    [...infoObject.matchAll(/\/(\w+) (\d+) 0 R/g)].map(([, name = "", id = ""]) => [name, readString(object(id).dictionary)]),
  );
  return {
    ...{ pages, info, id: found(/\/ID \[<(\w+)>/, trailer) },
    fontBytes: [...objects.values()].flatMap(({ dictionary }) =>
      dictionary.includes("/FontFile2") ? [of(dictionary, "FontFile2").stream?.length ?? 0] : [],
    ),
    names: new Set(
      [...objects.values()].flatMap(({ dictionary }) => dictionary.replace(stringObject, "").match(/\/[^\s/<>[\]()]+/g) ?? []),
    ),
    metadata: of(of(trailer, "Root").dictionary, "Metadata").stream?.toString("utf8") ?? "",
  };
}

function readObject(bytes: Buffer, file: string, id: number, offset: number): PdfObject {
  const head = `${id} 0 obj\n`;
  if (!file.startsWith(head, offset)) throw new Error(`object ${id} is not where the table says`);
  const start = offset + head.length;
  const end = file.indexOf("\nendobj", start);
  const streamAt = file.slice(start, end).startsWith("<<") ? file.indexOf(">>\nstream\n", start) : -1;
  if (streamAt === -1 || streamAt > end) return { dictionary: file.slice(start, end), stream: undefined };
  const dictionary = file.slice(start, streamAt + 2);
  const length = Number(found(/\/Length (\d+)/, dictionary));
  const data = bytes.subarray(streamAt + 10, streamAt + 10 + length);
  if (!file.startsWith("\nendstream\nendobj", streamAt + 10 + length)) throw new Error(`the stream of object ${id} has another length`);
  return { dictionary, stream: dictionary.includes("/Filter /FlateDecode") ? inflateSync(data) : data };
}

function readFont(dictionary: string, object: (id: string) => PdfObject): Font {
  const descendant = object(found(/\/DescendantFonts \[(\d+) 0 R\]/, dictionary)).dictionary;
  const widths = found(/\/W \[0 \[([^\]]*)\]\]/, descendant)
    .trim()
    .split(/\s+/)
    .map(Number);
  const map = object(reference(dictionary, "ToUnicode")).stream?.toString("latin1") ?? "";
  const characters = new Map<number, string>();
  for (const [, first = "", , list = ""] of map.matchAll(/<(\w{4})> <(\w{4})> \[([^\]]*)\]/g)) {
    for (const [index, [, codes = ""]] of [...list.matchAll(/<([\w ]*)>/g)].entries()) {
      const units = codes.split(" ").map((unit) => Number.parseInt(unit, 16));
      characters.set(Number.parseInt(first, 16) + index, String.fromCharCode(...units));
    }
  }
  return { characters, widths };
}

function readTexts(content: string, height: number, fontOf: (name: string) => Font): ReadText[] {
  return [...content.matchAll(/^BT\n([\s\S]*?)^ET$/gm)].map(([, block = ""]) => {
    const [left = 0, bottom = 0] = found(/^1 0 0 1 (\S+ \S+) Tm$/m, block)
      .split(" ")
      .map(Number);
    const [, name = "", size = ""] = /^\/(\w+) (\S+) Tf$/m.exec(block) ?? [];
    const font = fontOf(name);
    let text = "";
    let width = 0;
    for (const [, hex = "", kern = ""] of found(/^\[(.*)\] TJ$/m, block).matchAll(/<(\w+)> (\S+)/g)) {
      for (const glyph of hex.match(/.{4}/g) ?? []) {
        const code = Number.parseInt(glyph, 16);
        const character = font.characters.get(code);
        if (character === undefined || character === "\0") throw new Error(`glyph ${glyph} stands for nothing`);
        text += character;
        width += font.widths[code] ?? 0;
      }
      width -= Number(kern);
    }
    return { text, left, baseline: height - bottom, width: (width * Number(size)) / 1000, size: Number(size) };
  });
}

/** A string object: bytes in parentheses with escapes, in UTF-16 where it begins with a byte order mark. */
function readString(source: string): string {
  if (!source.startsWith("(") || !source.endsWith(")")) throw new Error(`not a string: ${source}`);
  const escapes: Record<string, string> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };
  const text = source.slice(1, -1).replace(/\\([\s\S])/g, (_, escaped: string) => escapes[escaped] ?? escaped);
  return text.startsWith("\u00FE\u00FF") ? Buffer.from(text.slice(2), "latin1").swap16().toString("utf16le") : text;
}

function reference(dictionary: string, name: string): string {
  return found(new RegExp(`/${name} (\\d+) 0 R`), dictionary);
}

function found(pattern: RegExp, text: string): string {
  const [, group] = pattern.exec(text) ?? [];
  if (group === undefined) throw new Error(`${pattern} is not in ${text.slice(0, 200)}`);
  return group;
}
