import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type ReadPdf, readPdf } from "../../../../tests/support/pdf-reader.ts";
import { credited, goodsLine, tradeDocument } from "../../../../tests/support/trade-documents.ts";
import type { TradeDocument } from "../document.ts";
import { renderPdf } from "./render.ts";
import { englishWords } from "./words.ts";

const seed = 20_261_122;

async function read(document: TradeDocument): Promise<ReadPdf> {
  return readPdf(await renderPdf(document, englishWords));
}

function textsOf(pdf: ReadPdf): string[] {
  return pdf.pages.flatMap(({ texts }) => texts.map(({ text }) => text));
}

/** A number as it is printed, by another way than the code's. */
function printed(minor: number, places: number): string {
  const [amount, one] = [BigInt(minor), 10n ** BigInt(places)];
  const decimals = `${(amount % one) + one}`.slice(1);
  return `${`${amount / one}`.replace(/(?<=\d)(?=(?:\d{3})+$)/g, ",")}${decimals === "" ? "" : `.${decimals}`}`;
}

/** Every number of a document, by its meaning. */
function numbersOf({ lines, tax_groups, net, tax, total }: TradeDocument, places: number): string[] {
  const amounts = [
    ...lines.flatMap((line) => [line.unit_price, line.net, ...(line.discount === 0 ? [] : [line.gross, line.discount])]),
    ...tax_groups.flatMap((group) => [group.net, group.tax]),
  ];
  const counts = lines.flatMap((line) => [line.number, line.quantity]);
  return [
    ...amounts.map((amount) => printed(amount, places)),
    ...counts.map((count) => printed(count, 0)),
    ...lines.filter((line) => line.price_per !== 1).map((line) => `per ${printed(line.price_per, 0)}`),
    ...tax_groups.map((group) => `${printed(group.rate_ppm, 4).replace(/\.?0+$/, "")}%`),
    ...[net, tax, total].map((amount) => printed(amount, places)),
  ];
}

/** The texts that stand over one another or over the edge of their page. */
function collisionsOf(pdf: ReadPdf): string[] {
  return pdf.pages.flatMap(({ texts, width, height }, page) => {
    const boxes = texts.map((text) => ({
      ...{ text: `${page}: ${text.text.slice(0, 40)}`, left: text.left + 0.01, right: text.left + text.width - 0.01 },
      ...{ top: text.baseline - text.size * 0.8, bottom: text.baseline + text.size * 0.24 },
    }));
    const outside = boxes.filter((box) => box.left < 40 || box.right > width - 40 || box.top < 20 || box.bottom > height - 20);
    const over = boxes.filter((a, index) =>
      boxes.slice(index + 1).some((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom),
    );
    return [...outside, ...over].map(({ text }) => text);
  });
}

/** The paths of all scalars of a value. */
function paths(value: unknown, path: readonly string[] = []): string[][] {
  if (value === null) return [];
  if (typeof value !== "object") return [[...path]];
  return Object.entries(value).flatMap(([name, member]) => paths(member, [...path, name]));
}

function at(value: unknown, [name, ...rest]: readonly string[]): unknown {
  return name === undefined ? value : at((value as Record<string, unknown>)[name], rest);
}

/** The value with another scalar at a path. */
function withAt<T>(value: T, [name, ...rest]: readonly string[], scalar: unknown): T {
  if (name === undefined) return scalar as T;
  const changed = withAt((value as Record<string, unknown>)[name], rest, scalar);
  if (Array.isArray(value)) return value.map((member: unknown, index) => (String(index) === name ? changed : member)) as T;
  return { ...value, [name]: changed };
}

/** What the law of documents fixes, and what a code of a closed list decides. */
const fixed = new Set(["format", "type", "rounding", "currency", "kind", "cause"]);

const documents: readonly (readonly [string, TradeDocument])[] = [
  ["an invoice", tradeDocument(4)],
  ["an invoice without a discount", tradeDocument(2)],
  ["a credit note", tradeDocument(3, credited)],
  ["a commission invoice", tradeDocument(1, { type: "commission_invoice", order: null, shipment: null, mandate: null, delivery: null })],
];

describe("a PDF", () => {
  it.each(documents)("says every text and every number of %s", async (_, document) => {
    const pdf = await read(document);
    const texts = textsOf(pdf);
    const all = texts.join(" ");
    for (const path of paths(document)) {
      const scalar = at(document, path);
      if (typeof scalar !== "string" || path.some((name) => fixed.has(name)) || path.at(-1) === "unit") continue;
      expect(all, path.join(".")).toContain(scalar);
    }
    for (const number of numbersOf(document, 2)) expect(all, number).toContain(number);
    expect(all).toContain(`${englishWords.titles[document.type]} ${document.number}`);
    expect(all).toContain(`EUR ${printed(document.total, 2)}`);
    expect(all).toContain(englishWords.labels.rounding.slice(0, 60));
    if (document.cause !== null) expect(all).toContain("Cancelled after invoicing");
    expect(collisionsOf(pdf)).toEqual([]);
  });

  it.each(documents)("is another one when anything in %s is another", async (_, document) => {
    const before = textsOf(await read(document)).join("\n");
    const unseen: string[] = [];
    for (const path of paths(document)) {
      if (path.some((name) => fixed.has(name))) continue;
      const scalar = at(document, path);
      const other = path.at(-1) === "issued_on" ? "2026-11-23" : typeof scalar === "number" ? scalar + 1 : `${String(scalar)}x`;
      // Gross is net and discount together; it has a column where there is a discount.
      if (path.at(-1) === "gross" && document.lines.every(({ discount }) => discount === 0)) continue;
      const after = textsOf(await read(withAt(document, path, other))).join("\n");
      if (after === before) unseen.push(path.join("."));
    }
    expect(unseen).toEqual([]);
  });

  it.each([
    ["JPY", 0],
    ["EUR", 2],
    ["KWD", 3],
  ])("writes amounts of %s with %i decimals", async (currency, places) => {
    const document = tradeDocument(3, { currency });
    const all = textsOf(await read(document));
    for (const line of document.lines) expect(all).toContain(printed(line.net, places));
    expect(all).toContain(`${currency} ${printed(document.total, places)}`);
  });

  it("puts the numbers of each line into their columns on one height, and a number too long for its column smaller into it", async () => {
    const huge = 2 ** 53 - 1;
    const document = tradeDocument(2, {
      lines: [goodsLine(1, { discount: 17 }), goodsLine(2, { net: huge, gross: huge, unit_price: huge, discount: huge, quantity: huge })],
    });
    const pdf = await read(document);
    const texts = pdf.pages[0]?.texts ?? [];
    const right = (text: string) => texts.filter((each) => each.text === text).map((each) => Math.round(each.left + each.width));
    const heads = new Map(["Quantity", "Unit price", "Gross", "Discount", "Net"].map((head) => [head, right(head)[0]]));
    const row = ["2,001", "35.00", "1,234.63", "0.17", "1,234.63"];
    const baseline = texts.find(({ text }) => text === "2,001")?.baseline;
    const shown = texts.filter((each) => each.baseline === baseline && row.includes(each.text));
    expect(shown.map(({ left, width }) => Math.round(left + width))).toEqual([...heads.values()]);
    expect(texts.filter(({ text }) => text === "90,071,992,547,409.91")).toHaveLength(4);
    expect(texts.filter(({ text }) => text === "9,007,199,254,740,991")).toHaveLength(1);
    expect(collisionsOf(pdf)).toEqual([]);
  });

  it.each([1, 12, 13, 14, 15, 40, 1_000])("of %i lines has header, page numbers and carried sums on each page", async (count) => {
    const document = tradeDocument(count - 1);
    const pdf = await read(document);
    let net = 0;
    let seen = 0;
    for (const [index, { texts }] of pdf.pages.entries()) {
      const lines = texts.map(({ text }) => text);
      expect(lines.slice(0, 2)).toEqual(["Acme Schrauben GmbH", "Invoice ACME-2026-000017"]);
      expect(lines.at(-1)).toBe(`Page ${index + 1} of ${pdf.pages.length}`);
      const after = (label: string) => lines[lines.indexOf(label) + 1];
      if (seen > 0 && seen < count) {
        expect(lines).toContain("Description");
        expect(after("Brought forward")).toBe(printed(net, 2));
      }
      for (const line of document.lines.slice(seen)) {
        if (!lines.includes(line.title)) break;
        seen += 1;
        net += line.net;
      }
      if (seen < count) expect(after("Carried forward")).toBe(printed(net, 2));
    }
    expect(seen).toBe(count);
    expect(net).toBe(document.net);
    expect(collisionsOf(pdf)).toEqual([]);
    if (count === 1_000) expect(pdf.pages.length).toBeGreaterThan(40);
  });

  it("leaves others their turn between its pages", async () => {
    // Loading the library gives turns too.
    await read(tradeDocument(1));
    let turns = 0;
    let isDone = false;
    const count = () => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    const pdf = await read(tradeDocument(200));
    isDone = true;
    // While the rows are put on pages, and while the pages are drawn.
    expect(turns).toBeGreaterThanOrEqual(2 * pdf.pages.length);
  });

  it("refuses a day that is none", async () => {
    await expect(renderPdf(tradeDocument(1, { issued_on: "2026-13-40" }), englishWords)).rejects.toThrow("a document of 2026-13-40");
  });
});

describe("the bytes of a PDF", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  const document = tradeDocument(30);

  it("are the same each time, whatever was drawn before and whatever the clock says", async () => {
    const first = await renderPdf(document, englishWords);
    await renderPdf(tradeDocument(3, { payment_reference: "Ξ Щ ẞ ½ \u0435\u0301 zyx 你" }), englishWords);
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2031-05-06T07:08:09Z") });
    expect((await renderPdf(document, englishWords)).equals(first)).toBe(true);
    const [one, other] = await Promise.all([renderPdf(document, englishWords), renderPdf(tradeDocument(31), englishWords)]);
    expect(one.equals(first)).toBe(true);
    expect(other.equals(first)).toBe(false);
  });

  it("are the same in another process, in another time zone, which has read library and typeface only when it drew", async () => {
    const from = (path: string) => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)));
    const script = `
      import { createHash } from "node:crypto";
      import { registerHooks } from "node:module";
      const asked = [];
      registerHooks({ resolve: (name, context, next) => { asked.push(name); return next(name, context); } });
      const { renderPdf } = await import(${from("./render.ts")});
      const { englishWords } = await import(${from("./words.ts")});
      const { tradeDocument } = await import(${from("../../../../tests/support/trade-documents.ts")});
      const drawing = () => asked.filter((name) => /^(pdfkit|fontkit)$/.test(name)).length;
      const before = drawing();
      const bytes = await renderPdf(tradeDocument(30), englishWords);
      console.log(JSON.stringify({ before, after: drawing() > 0, hash: createHash("sha256").update(bytes).digest("hex") }));
    `;
    const { createHash } = await import("node:crypto");
    const hash = createHash("sha256")
      .update(await renderPdf(document, englishWords))
      .digest("hex");
    const said = execFileSync(process.execPath, ["--input-type=module", "-e", script], { env: { ...process.env, TZ: "Pacific/Apia" } });
    expect(JSON.parse(said.toString())).toEqual({ before: 0, after: true, hash });
  });

  it("name the document: its dates are the day of issue, its /ID and keywords come from its hash", async () => {
    const pdf = await read(document);
    expect(pdf.info.get("CreationDate")).toBe("D:20261122000000Z");
    expect(pdf.info.get("ModDate")).toBe("D:20261122000000Z");
    expect(pdf.info.get("Title")).toBe("Invoice ACME-2026-000017");
    expect(pdf.info.get("Keywords")).toMatch(/^sha256:[0-9a-f]{64}$/);
    const other = await read({ ...document, payment_reference: "RF19" });
    expect(other.id).not.toBe(pdf.id);
    expect(other.info.get("Keywords")).not.toBe(pdf.info.get("Keywords"));
  });

  it("carry of the typeface what they show, not all of it", async () => {
    const pdf = await read(document);
    expect(pdf.fontBytes).toHaveLength(2);
    for (const size of pdf.fontBytes) expect(size).toBeLessThan(40_000);
  });
});

const hostile: readonly (readonly [string, string])[] = [
  ["orders of direction", "a\u202E00.1 latot\u2066\u2067\u200F\u061C\u2069"],
  ["lines and tabs", "one\ntwo\r\nthree\u2028four\u0085five\tsix\f\v"],
  ["ten thousand characters", "Words and words ".repeat(625)],
  ["one word of ten thousand characters", "W".repeat(10_000)],
  ["controls", "\u0000\u0001\u0007\u0008\u001B[2J\u007F\u009B"],
  ["what a PDF is written in", ") Tj ET endstream endobj\n1 0 obj << /JS (app.alert(1)) >> \\) (( %%EOF <</ID[<00>]>> \\000"],
  ["XML", '</rdf:li><x y="&amp;">]]>&lt;<?xpacket end="w"?>'],
  ["piled marks", `Z${"\u0301\u0316\u20DD".repeat(300)}`],
  ["halves of characters", "\uD800a\uDC00"],
  ["letters of other scripts", "שלום مرحبا 你好 こんにちは हिन्दी ไทย 👩🏽‍🔧 \u{1F1E9}\u{E0041}"],
  ["nothing to be seen", "\u200B\u2060\uFEFF\u00AD\uFE0F\u115F\u3164"],
  ["nothing", ""],
  ["names of an object", "__proto__"],
];

describe("hostile text", () => {
  it.each(hostile)("in any field neither breaks a PDF nor hides a number: %s", { timeout: 90_000 }, async (_, text) => {
    const plain = tradeDocument(3, credited);
    const texts = paths(plain).filter(
      (path) => typeof at(plain, path) === "string" && !path.some((name) => fixed.has(name) || name === "issued_on"),
    );
    expect(texts.length).toBeGreaterThan(60);
    const everywhere = texts.reduce((document, path) => withAt(document, path, text), plain as TradeDocument);
    const named: TradeDocument = {
      ...everywhere,
      lines: everywhere.lines.map((line) => ({ ...line, attributes: Object.fromEntries([[text, text]]) })),
    };
    const pdf = await read(named);
    const shown = textsOf(pdf);
    for (const number of numbersOf(named, 2))
      expect(
        shown.some((each) => each.includes(number)),
        number,
      ).toBe(true);
    for (const line of named.lines) expect(shown).toContain(printed(line.net, 2));
    expect(shown).toContain(`EUR ${printed(named.total, 2)}`);
    expect(collisionsOf(pdf)).toEqual([]);
    expect(shown.join("")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    const usual = await read(plain);
    expect([...pdf.names].filter((name) => !usual.names.has(name) && !/^\/F\d$/.test(name))).toEqual([]);
    expect(pdf.metadata.match(/<[^>]*>/g)).toEqual(usual.metadata.match(/<[^>]*>/g));
  });

  it("of a thousand kinds leaves every number where it is", async () => {
    const text = fc.oneof(fc.string({ unit: "binary", maxLength: 60 }), fc.string({ unit: "grapheme", maxLength: 400 }));
    await fc.assert(
      fc.asyncProperty(text, text, text, fc.integer({ min: 1, max: 30 }), async (title, name, note, count) => {
        const document = tradeDocument(count, {
          lines: tradeDocument(count).lines.map((line) => ({
            ...line,
            title: title + String(line.number),
            sku: name,
            attributes: { [note]: title },
          })),
          ...{ number: name, payment_reference: note },
        });
        const pdf = await read(document);
        const shown = textsOf(pdf);
        for (const line of document.lines) expect(shown).toContain(printed(line.net, 2));
        expect(shown).toContain(`EUR ${printed(document.total, 2)}`);
        expect(collisionsOf(pdf)).toEqual([]);
      }),
      { seed, numRuns: 60 },
    );
  });
});
