import type { NumberMarks } from "../decimal-text.ts";
import type { CreditCause, TradeDocument } from "../document.ts";
import { mandateNote, roundingNote } from "../notes.ts";

/** What a PDF says around the facts of a document, in one language. */
export type PdfWords = {
  /** BCP 47, for readers that speak. */
  readonly language: string;
  readonly marks: NumberMarks;
  readonly titles: Readonly<Record<TradeDocument["type"], string>>;
  /** Of a credit note, by its cause. */
  readonly causes: Readonly<Record<CreditCause, string>>;
  /** What stands behind a quantity, by the code of its unit; a code without words is shown as it is. */
  readonly units: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<Label, string>>;
  readonly page: (number: number, count: number) => string;
  readonly per: (count: string) => string;
  readonly collects: (payee: string, seller: string) => string;
  /** `issuer` is null where it is not known; `since` is a day, YYYY-MM-DD. */
  readonly mandate: (seller: string, issuer: string | null, since: string) => string;
};

type Label =
  | "seller"
  | "company"
  | "delivery"
  | "taxNumber"
  | "registrationNumber"
  | "number"
  | "issuedOn"
  | "suppliedOn"
  | "dueOn"
  | "currency"
  | "order"
  | "clientReference"
  | "placedAt"
  | "shipment"
  | "precedes"
  | "cause"
  | "id"
  | "line"
  | "description"
  | "sku"
  | "reference"
  | "orderLine"
  | "quantity"
  | "unitPrice"
  | "gross"
  | "discount"
  | "net"
  | "tax"
  | "carriedForward"
  | "broughtForward"
  | "taxCategory"
  | "rate"
  | "taxable"
  | "taxAmount"
  | "sellerTaxNumber"
  | "companyTaxNumber"
  | "totalNet"
  | "totalTax"
  | "total"
  | "totalCredited"
  | "payment"
  | "iban"
  | "bic"
  | "holder"
  | "paymentReference"
  | "rounding";

export const englishWords: PdfWords = {
  language: "en",
  marks: { decimal: ".", group: "," },
  titles: { invoice: "Invoice", credit_note: "Credit note", commission_invoice: "Commission invoice" },
  causes: { cancelled_after_invoicing: "Cancelled after invoicing", lost: "Lost in transit", refused: "Refused", goodwill: "Goodwill" },
  units: {
    C62: "",
    H87: "pcs",
    EA: "pcs",
    XPP: "pcs",
    GRM: "g",
    KGM: "kg",
    TNE: "t",
    MMT: "mm",
    CMT: "cm",
    MTR: "m",
    MTK: "m²",
    MTQ: "m³",
    MLT: "ml",
    LTR: "l",
    HUR: "h",
  },
  labels: {
    seller: "Seller",
    company: "Buyer",
    delivery: "Delivered to",
    taxNumber: "Tax no.",
    registrationNumber: "Reg. no.",
    number: "Number",
    issuedOn: "Date of issue",
    suppliedOn: "Date of supply",
    dueOn: "Due on",
    currency: "Currency",
    order: "Order",
    clientReference: "Your reference",
    placedAt: "Ordered at",
    shipment: "Shipment",
    precedes: "Credits invoice",
    cause: "Reason",
    id: "Document",
    line: "No.",
    description: "Description",
    sku: "SKU",
    reference: "Ref.",
    orderLine: "Order line",
    quantity: "Quantity",
    unitPrice: "Unit price",
    gross: "Gross",
    discount: "Discount",
    net: "Net",
    tax: "Tax",
    carriedForward: "Carried forward",
    broughtForward: "Brought forward",
    taxCategory: "Tax",
    rate: "Rate",
    taxable: "Net",
    taxAmount: "Tax amount",
    sellerTaxNumber: "Seller's tax no.",
    companyTaxNumber: "Buyer's tax no.",
    totalNet: "Total without tax",
    totalTax: "Tax",
    total: "Total to pay",
    totalCredited: "Total credited",
    payment: "Payment",
    iban: "IBAN",
    bic: "BIC",
    holder: "Account holder",
    paymentReference: "Payment reference",
    rounding: roundingNote,
  },
  page: (number, count) => `Page ${number} of ${count}`,
  per: (count) => `per ${count}`,
  collects: (payee, seller) => `Payable to ${payee}, who collects in the name of ${seller}.`,
  mandate: mandateNote,
};
