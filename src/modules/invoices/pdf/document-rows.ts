import type { DocumentAddress, DocumentParty, DocumentTaxGroup, TradeDocument } from "../document.ts";
import { lineRows } from "./line-table.ts";
import { amountText, rateText } from "./number-text.ts";
import { bold, leftAligned, number, type Paragraph, paper, rightAligned, type Row, smallSize, text } from "./rows.ts";
import type { Face } from "./typeface.ts";
import type { PdfWords } from "./words.ts";

/** Three columns of equal width: where the parties and the facts stand. */
const thirds = [42, 215, 388].map((left) => ({ left, width: 165 }));
const fullWidth = paper.right - paper.left;

/** Everything that a document says, from its title to its last note, as rows from top to bottom. Whatever is null is not mentioned. */
export function documentRows(document: TradeDocument, words: PdfWords): Row[] {
  return [
    { space: 0, rule: false, cells: [leftAligned(paper.left, fullWidth, bold(`${words.titles[document.type]} ${document.number}`, 16))] },
    partiesRow(document, words),
    ...factRows(document, words),
    ...lineRows(document, words),
    ...taxRows(document, words),
    ...totalRows(document, words),
    ...paymentRows(document, words),
    ...noteRows(document, words),
  ];
}

function partiesRow(document: TradeDocument, words: PdfWords): Row {
  const { labels } = words;
  const blocks: Paragraph[][] = [
    [text(labels.seller, smallSize), ...party(document.seller, words)],
    [text(labels.company, smallSize), ...party(document.company, words)],
    ...(document.delivery === null ? [] : [[text(labels.delivery, smallSize), ...address(document.delivery)]]),
  ];
  return { space: 14, rule: false, cells: inThirds(blocks) };
}

function party(of: DocumentParty, words: PdfWords): Paragraph[] {
  return [
    bold(of.name),
    ...(of.address === null ? [] : address(of.address)),
    ...(of.tax_number === null ? [] : [text(`${words.labels.taxNumber} ${of.tax_number}`)]),
    ...(of.registration_number === null ? [] : [text(`${words.labels.registrationNumber} ${of.registration_number}`)]),
    ...(of.id === null ? [] : [text(of.id, smallSize)]),
  ];
}

function address({ name, street, city, postal_code, country }: DocumentAddress): Paragraph[] {
  return [...(name === null ? [] : [text(name)]), text(street), text(`${postal_code} ${city}`), text(country)];
}

/** A value under its label; none for what is null. */
function labelled(label: string, ...values: readonly (string | null | undefined)[]): Paragraph[][] {
  const present = values.filter((value) => value !== null && value !== undefined);
  return present.length === 0 ? [] : [[text(label, smallSize), ...present.map((value) => text(value))]];
}

function factRows(document: TradeDocument, words: PdfWords): Row[] {
  const { labels, causes } = words;
  const { order, shipment, precedes, cause } = document;
  return rowsOfThree([
    ...labelled(labels.number, document.number),
    ...labelled(labels.issuedOn, document.issued_on),
    ...labelled(labels.suppliedOn, document.supplied_on),
    ...labelled(labels.dueOn, document.due_on),
    ...labelled(labels.currency, document.currency),
    ...labelled(labels.id, document.id),
    ...labelled(labels.precedes, precedes?.number, precedes?.issued_on, precedes?.id),
    ...labelled(labels.cause, cause === null ? null : causes[cause]),
    ...labelled(labels.order, order?.id),
    ...labelled(labels.clientReference, order?.client_reference),
    ...labelled(labels.placedAt, order?.placed_at),
    ...labelled(labels.shipment, shipment === null ? null : String(shipment.number), shipment?.id),
  ]);
}

function taxRows(document: TradeDocument, words: PdfWords): Row[] {
  const { labels, marks } = words;
  const amount = (minor: number) => amountText(minor, document.currency, marks);
  const row = (what: readonly Paragraph[], figures: readonly Paragraph[], more: Pick<Row, "space" | "rule" | "leads">): Row => ({
    ...more,
    cells: [leftAligned(paper.left, 270, ...what), ...figures.map((figure, index) => rightAligned(316 + index * 81, 75, figure))],
  });
  const heads = [labels.rate, labels.taxable, labels.taxAmount].map((label) => bold(label, smallSize));
  return [
    row([bold(labels.taxCategory, smallSize)], heads, { space: 14, rule: true, leads: true }),
    ...document.tax_groups.map((group) =>
      row(groupWords(group, words), [number(rateText(group.rate_ppm, marks)), number(amount(group.net)), number(amount(group.tax))], {
        space: 3,
        rule: true,
      }),
    ),
  ];
}

function groupWords(group: DocumentTaxGroup, { labels }: PdfWords): Paragraph[] {
  const exemption = [group.exemption_text, group.exemption_code].filter((part) => part !== null).join(" · ");
  return [
    text(`${group.code} · ${group.category}`),
    ...(exemption === "" ? [] : [text(exemption)]),
    ...(group.seller_tax_number === null ? [] : [text(`${labels.sellerTaxNumber} ${group.seller_tax_number}`, smallSize)]),
    ...(group.company_tax_number === null ? [] : [text(`${labels.companyTaxNumber} ${group.company_tax_number}`, smallSize)]),
  ];
}

function totalRows(document: TradeDocument, words: PdfWords): Row[] {
  const { labels } = words;
  const amount = (minor: number) => `${document.currency} ${amountText(minor, document.currency, words.marks)}`;
  const row = (label: string, minor: number, face: Face, size: number, more: Pick<Row, "space" | "leads">): Row => ({
    ...{ ...more, rule: false },
    cells: [leftAligned(316, 100, { text: label, face, size }), rightAligned(420, 133, number(amount(minor), face, size))],
  });
  const label = document.type === "credit_note" ? labels.totalCredited : labels.total;
  return [
    row(labels.totalNet, document.net, "regular", 8.5, { space: 12, leads: true }),
    row(labels.totalTax, document.tax, "regular", 8.5, { space: 2, leads: true }),
    row(label, document.total, "bold", 10.5, { space: 2 }),
  ];
}

function paymentRows({ payee, bank, seller, payment_reference, due_on }: TradeDocument, words: PdfWords): Row[] {
  const { labels } = words;
  const payeeText = payee === null ? undefined : [payee.name, ...(payee.id === null ? [] : [`(${payee.id})`])].join(" ");
  return [
    { space: 14, rule: true, leads: true, cells: [leftAligned(paper.left, fullWidth, bold(labels.payment))] },
    ...(payeeText === undefined ? [] : [noteRow(words.collects(payeeText, seller.name))]),
    ...rowsOfThree([
      ...labelled(labels.holder, bank?.holder),
      ...labelled(labels.iban, bank?.iban),
      ...labelled(labels.bic, bank?.bic),
      ...labelled(labels.paymentReference, payment_reference),
      ...labelled(labels.dueOn, due_on),
    ]),
  ];
}

function noteRows({ mandate, seller, payee }: TradeDocument, words: PdfWords): Row[] {
  return [
    ...(mandate === null ? [] : [noteRow(words.mandate(seller.name, payee?.name ?? null, mandate.at), 12)]),
    noteRow(words.labels.rounding, 8, smallSize),
  ];
}

function noteRow(note: string, space = 4, size = 8.5): Row {
  return { space, rule: false, cells: [leftAligned(paper.left, fullWidth, text(note, size))] };
}

function inThirds(blocks: readonly (readonly Paragraph[])[]) {
  return blocks.map((paragraphs, index) => {
    const { left, width } = thirds[index] ?? { left: paper.left, width: fullWidth };
    return leftAligned(left, width, ...paragraphs);
  });
}

function rowsOfThree(blocks: readonly (readonly Paragraph[])[]): Row[] {
  const rows: Row[] = [];
  for (let first = 0; first < blocks.length; first += thirds.length) {
    rows.push({ space: 7, rule: false, cells: inThirds(blocks.slice(first, first + thirds.length)) });
  }
  return rows;
}
