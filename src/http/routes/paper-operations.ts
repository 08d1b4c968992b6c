import Type from "typebox";
import type { Uuid } from "../../kernel/ids.ts";
import { pdfOfText, ublOfText } from "../../modules/invoices/index.ts";
import { findPaper } from "../../views/papers.ts";
import { idInPath, refuseNotFound } from "../call.ts";
import { example } from "../examples.ts";
import { type Operation, operation } from "../operation.ts";
import { closed, idOf } from "../shapes.ts";
import type { OrderAudience } from "./order-operations.ts";

const nouns = {
  invoice: { path: "/invoices", noun: "invoices", words: "an invoice", kind: "invoice", sample: example.invoice },
  credit_note: { path: "/credit-notes", noun: "credit-notes", words: "a credit note", kind: "creditNote", sample: example.creditNote },
  commission_invoice: {
    path: "/commission-invoices",
    noun: "commission-invoices",
    words: "a commission invoice",
    kind: "commissionInvoice",
    sample: example.commissionInvoice,
  },
} as const;

const pdf = Type.String({ description: "PDF 1.7, the same bytes each time", contentMediaType: "application/pdf" });
const ubl = Type.String({ description: "UBL 2.1 by Peppol BIS Billing 3 (EN 16931)", contentMediaType: "application/xml" });

/** The forms in which a document goes out, made from its stored text and from nothing else: PDF for people, UBL for programs. */
export function paperOperations(audience: OrderAudience, type: keyof typeof nouns): readonly Operation[] {
  const { path, noun, words, kind, sample } = nouns[type];
  const scope = audience === "operator" ? "operator" : "organisation";
  const params = closed({ id: idOf(kind) });
  return [
    operation({
      kind: "file",
      scope,
      media: "application/pdf",
      id: `${audience}.${noun}.pdf`,
      path: `${path}/{id}/pdf`,
      summary: `Fetch ${words} as a PDF`,
      params,
      response: pdf,
      refusals: ["not-found"],
      example: { params: { id: sample }, response: "%PDF-1.7" },
      async find(reader, call) {
        const id: Uuid = idInPath(kind, call.params.id);
        const paper = (await findPaper(reader, type, id)) ?? refuseNotFound();
        const { number_text: number, text, hash } = paper;
        return { digest: `${hash.toString("hex")}-pdf`, name: `${number}.pdf`, bytes: () => pdfOfText(text) };
      },
    }),
    operation({
      kind: "file",
      scope,
      media: "application/xml",
      id: `${audience}.${noun}.ubl`,
      path: `${path}/{id}/ubl`,
      summary: `Fetch ${words} as UBL`,
      params,
      response: ubl,
      refusals: ["not-found", "not-representable"],
      example: { params: { id: sample }, response: '<?xml version="1.0" encoding="UTF-8"?>' },
      async find(reader, call) {
        const id: Uuid = idInPath(kind, call.params.id);
        const paper = (await findPaper(reader, type, id)) ?? refuseNotFound();
        const { number_text: number, text, hash } = paper;
        return { digest: `${hash.toString("hex")}-ubl`, name: `${number}.xml`, bytes: async () => ublOfText(text) };
      },
    }),
  ];
}
