import { setImmediate } from "node:timers/promises";
import { assert } from "../../../kernel/assert.ts";
import { documentHash, type TradeDocument } from "../document.ts";
import { documentRows } from "./document-rows.ts";
import { cutToLine } from "./line-breaks.ts";
import { pagesOf } from "./pages.ts";
import { printable } from "./printable.ts";
import { paper } from "./rows.ts";
import type { Setting } from "./set-rows.ts";
import type { Page, PlacedText } from "./sheets.ts";
import { type Face, loadTypeface } from "./typeface.ts";
import type { PdfWords } from "./words.ts";

const headerSize = 7.5;

/**
 * A document as a PDF: A4, all that {@link documentRows} says, the typeface embedded. The bytes depend on document and words alone (and on the
 * deflate of the Node it runs on): its dates are the day of issue, its /ID comes from the document's hash. What the typeface lacks is shown as
 * U+FFFD. Library and typeface are loaded by the first call; after each page others have their turn.
 *
 * @throws AssertionFailed for a date of issue that is none
 */
export async function renderPdf(document: TradeDocument, words: PdfWords): Promise<Buffer> {
  const [{ default: PDFDocument }, typeface] = await Promise.all([import("pdfkit"), loadTypeface()]);
  const shown = (text: string) => printable(text, typeface.hasGlyph);
  const setting: Setting = { printable: shown, widthOf: typeface.widthOf };
  const issuedAt = new Date(`${document.issued_on}T00:00:00Z`);
  assert(!Number.isNaN(issuedAt.getTime()), `a document of ${document.issued_on}`);
  const pages: Page[] = [];
  for (const page of pagesOf(documentRows(document, words), setting)) {
    pages.push(page);
    await setImmediate();
  }
  const pdf = new PDFDocument({
    ...{ size: [paper.width, paper.height], margin: 0, autoFirstPage: false, font: "", pdfVersion: "1.7", lang: words.language },
    displayTitle: true,
    info: {
      // The library writes the title into the metadata's XML as it is.
      Title: shown(`${words.titles[document.type]} ${document.number}`).replaceAll(/[<>&]/g, " "),
      // The library makes the /ID from these entries.
      Keywords: `sha256:${documentHash(document).toString("hex")}`,
      ...{ Producer: "Stoa", Creator: "Stoa", CreationDate: issuedAt, ModDate: issuedAt },
    },
  });
  // From the files: each document has a font of its own, which knows nothing of what was drawn before.
  for (const face of ["regular", "bold"] satisfies Face[]) pdf.registerFont(face, typeface.files[face]);
  for (const page of withHeaders(pages, document, words, setting)) {
    drawPage(pdf, page);
    await setImmediate();
  }
  pdf.end();
  return Buffer.concat(await pdf.toArray());
}

/** On each page: whose document it is, which, of which day, and which of how many pages. */
function withHeaders(pages: readonly Page[], document: TradeDocument, words: PdfWords, { printable, widthOf }: Setting): Page[] {
  const half = (paper.right - paper.left) / 2 - 6;
  const placed = (text: string, align: "left" | "right", baseline: number, face: Face): PlacedText => {
    const width = (part: string) => widthOf(part, face, headerSize);
    const line = cutToLine(printable(text), half, width);
    return { text: line, left: align === "left" ? paper.left : paper.right - width(line), baseline, face, size: headerSize };
  };
  const title = `${words.titles[document.type]} ${document.number}`;
  return pages.map(({ texts, rules }, index) => ({
    texts: [
      placed(document.seller.name, "left", 40, "bold"),
      placed(title, "right", 40, "regular"),
      ...texts,
      placed(document.issued_on, "left", 814, "regular"),
      placed(words.page(index + 1, pages.length), "right", 814, "regular"),
    ],
    rules: [46, ...rules, 803],
  }));
}

function drawPage(pdf: PDFKit.PDFDocument, { texts, rules }: Page): void {
  pdf.addPage();
  pdf.lineWidth(0.4).strokeColor("#999999");
  for (const rule of rules) pdf.moveTo(paper.left, rule).lineTo(paper.right, rule).stroke();
  for (const { text, left, baseline, face, size } of texts) {
    pdf.font(face, size).text(text, left, baseline, { lineBreak: false, baseline: "alphabetic" });
  }
}
