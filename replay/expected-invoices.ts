import type { Ending, HistoricalOrder, History } from "./history.ts";
import { parcelsOf } from "./parcels.ts";
import { roundHalfUp, type SellerPart, sellerParts } from "./seller-parts.ts";

/** Units of an order's line that a parcel holds: those after `before` up to `after` of all `quantity`. Nets are minor units. */
export type InvoicedLine = {
  readonly quantity: number;
  readonly before: number;
  readonly after: number;
  /** Of all units of the line, and of those in the parcel. */
  readonly wholeNet: bigint;
  readonly net: bigint;
};

/** The invoice of one parcel as the file has it. Amounts are minor units: goods and freight net, total with tax. */
export type ExpectedInvoice = {
  readonly order: HistoricalOrder;
  readonly seller: string;
  /** The parcel's place among those of the seller's part of the order, from 0. */
  readonly parcel: number;
  readonly lines: readonly InvoicedLine[];
  readonly goods: bigint;
  readonly freight: bigint;
  readonly tax: bigint;
  readonly total: bigint;
  /** It was not taken where it went, so all of it is credited. */
  readonly isCredited: boolean;
};

/** Names an invoice by what the file knows of it. */
export function invoiceKey({ order, seller, parcel }: Pick<ExpectedInvoice, "order" | "seller" | "parcel">): string {
  return `${order.reference} ${seller} ${parcel}`;
}

/** Whether the goods of an order that ended so have left the seller. */
export function leaves(ending: Ending): boolean {
  return ending === "shipped" || ending === "delivered" || ending === "refused";
}

/** The invoices of an order: one for each parcel that leaves. */
export function invoicesOf(history: History, order: HistoricalOrder): ExpectedInvoice[] {
  return leaves(order.ending) ? sellerParts(order, history).flatMap((part) => invoicesOfPart(history, order, part)) : [];
}

function invoicesOfPart(history: History, order: HistoricalOrder, part: SellerPart): ExpectedInvoice[] {
  const ratePpm = part.taxCode === "G" ? 0n : BigInt(history.tax.ratePpm);
  const sent = new Map<number, number>();
  let invoicedNet = 0n;
  return parcelsOf(history, order, part).map((parcel, index) => {
    const lines = parcel.map(({ lineNumber, quantity }) => {
      const before = sent.get(lineNumber) ?? 0;
      sent.set(lineNumber, before + quantity);
      return invoicedLine(part, lineNumber, before, before + quantity);
    });
    const goods = lines.reduce((sum, { net }) => sum + net, 0n);
    // The first parcel carries all of it.
    const freight = index === 0 ? part.freight : 0n;
    const netBefore = invoicedNet;
    invoicedNet += goods + freight;
    const tax = taxOn(invoicedNet, ratePpm) - taxOn(netBefore, ratePpm);
    const total = goods + freight + tax;
    return { order, seller: part.seller, parcel: index, lines, goods, freight, tax, total, isCredited: order.ending === "refused" };
  });
}

function invoicedLine({ lines }: SellerPart, lineNumber: number, before: number, after: number): InvoicedLine {
  const line = lines.find((each) => each.lineNumber === lineNumber);
  if (line === undefined) throw new Error(`a parcel holds line ${lineNumber}, which its order does not have`);
  const { quantity, priceMinor } = line;
  const wholeNet = priceMinor * BigInt(quantity);
  return { quantity, before, after, wholeNet, net: upTo(wholeNet, quantity, after) - upTo(wholeNet, quantity, before) };
}

/** What the first `count` of so many units are worth: floor(whole × count / units). */
export function upTo(whole: bigint, units: number, count: number): bigint {
  return (whole * BigInt(count)) / BigInt(units);
}

function taxOn(net: bigint, ratePpm: bigint): bigint {
  return roundHalfUp(net * ratePpm, 1_000_000n);
}
