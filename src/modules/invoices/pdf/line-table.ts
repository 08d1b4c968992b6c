import { attributesByName, type DocumentLine, type TradeDocument } from "../document.ts";
import { amountText, countText, rateText } from "./number-text.ts";
import { bold, leftAligned, number, type Paragraph, rightAligned, type Row, smallSize, type Table, text } from "./rows.ts";
import type { PdfWords } from "./words.ts";

type Column = { readonly left: number; readonly width: number };

/** Where the columns of the lines stand, in points. Gross and discount have columns only in a document that has a discount. */
function columnsOf(hasDiscount: boolean) {
  const common = { number: { left: 42, width: 22 }, tax: { left: 511, width: 42 } };
  return hasDiscount
    ? {
        ...{ ...common, description: { left: 68, width: 148 }, quantity: { left: 220, width: 48 }, price: { left: 272, width: 60 } },
        ...{ gross: { left: 336, width: 60 }, discount: { left: 400, width: 48 }, net: { left: 452, width: 57 } },
      }
    : {
        ...{ ...common, description: { left: 68, width: 232 }, quantity: { left: 304, width: 58 }, price: { left: 366, width: 70 } },
        ...{ gross: undefined, discount: undefined, net: { left: 440, width: 69 } },
      };
}

/** The lines of a document: a row for each, with its number, amounts and rate as they stand in the document. */
export function lineRows(document: TradeDocument, words: PdfWords): Row[] {
  const columns = columnsOf(document.lines.some((line) => line.discount !== 0));
  const { labels } = words;
  const amount = (minor: number | bigint) => amountText(minor, document.currency, words.marks);
  const cell = (column: Column | undefined, ...paragraphs: readonly Paragraph[]) =>
    column === undefined ? [] : [rightAligned(column.left, column.width, ...paragraphs)];
  const sum = (label: string) => (net: bigint) => ({
    ...{ space: 3, rule: true },
    cells: [
      leftAligned(columns.description.left, columns.description.width, bold(label, smallSize)),
      ...cell({ left: columns.net.left - 60, width: columns.net.width + 60 }, number(amount(net), "bold")),
    ],
  });
  const head: Row = {
    ...{ space: 10, rule: false },
    cells: [
      ...cell(columns.number, bold(labels.line, smallSize)),
      leftAligned(columns.description.left, columns.description.width, bold(labels.description, smallSize)),
      ...cell(columns.quantity, bold(labels.quantity, smallSize)),
      ...cell(columns.price, bold(labels.unitPrice, smallSize)),
      ...cell(columns.gross, bold(labels.gross, smallSize)),
      ...cell(columns.discount, bold(labels.discount, smallSize)),
      ...cell(columns.net, bold(labels.net, smallSize)),
      ...cell(columns.tax, bold(labels.tax, smallSize)),
    ],
  };
  const table: Table = { head, carriedForward: sum(labels.carriedForward), broughtForward: sum(labels.broughtForward) };
  return document.lines.map((line) => ({
    ...{ space: 3, rule: true, line: { table, net: BigInt(line.net) } },
    cells: [
      ...cell(columns.number, number(countText(line.number, words.marks))),
      leftAligned(columns.description.left, columns.description.width, text(line.title), ...details(line, words)),
      ...cell(columns.quantity, number(countText(line.quantity, words.marks)), ...unit(line, words)),
      ...cell(columns.price, number(amount(line.unit_price)), ...pricePer(line, words)),
      ...cell(columns.gross, number(amount(line.gross))),
      ...cell(columns.discount, number(amount(line.discount))),
      ...cell(columns.net, number(amount(line.net))),
      ...cell(columns.tax, number(`${line.tax.code} ${rateText(line.tax.rate_ppm, words.marks)}`), text(line.tax.category, smallSize)),
    ],
  }));
}

function details(line: DocumentLine, words: PdfWords): Paragraph[] {
  const { labels } = words;
  const facts = [
    ...(line.sku === null ? [] : [`${labels.sku} ${line.sku}`]),
    ...(line.reference === null ? [] : [`${labels.reference} ${line.reference}`]),
    ...(line.order_line === null ? [] : [`${labels.orderLine} ${countText(line.order_line, words.marks)}`]),
  ];
  const attributes = attributesByName(line).map(([name, attribute]) => `${name}: ${attribute}`);
  return [facts.join(" · "), attributes.join(" · ")].filter((detail) => detail !== "").map((detail) => text(detail, smallSize));
}

function unit(line: DocumentLine, words: PdfWords): Paragraph[] {
  const name = Object.hasOwn(words.units, line.unit) ? words.units[line.unit] : line.unit;
  return name === undefined || name === "" ? [] : [text(name, smallSize)];
}

function pricePer(line: DocumentLine, words: PdfWords): Paragraph[] {
  return line.price_per === 1 ? [] : [text(words.per(countText(line.price_per, words.marks)), smallSize)];
}
