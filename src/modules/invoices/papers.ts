import { Refused } from "../../kernel/refusal.ts";
import { documentOf } from "./document-store.ts";
import type { NotRepresentable } from "./paper-refusals.ts";
import { renderPdf } from "./pdf/render.ts";
import { englishWords } from "./pdf/words.ts";
import { ublOf } from "./ubl.ts";

let drawn: Promise<unknown> = Promise.resolve();

/**
 * The PDF of a stored document, in English: the same bytes for the same text. Each takes some 20 ms of the processor, so a process draws one
 * after the other, however many are asked for, and whatever else it does has its turn between pages.
 */
export function pdfOfText(text: string): Promise<Buffer> {
  const pdf = drawn.then(() => renderPdf(documentOf(text), englishWords));
  // One that fails fails for who asked for it, not for who waits behind it.
  drawn = pdf.catch(() => undefined);
  return pdf;
}

/**
 * The UBL of a stored document, as the bytes of its XML.
 *
 * @throws Refused not-representable
 */
export function ublOfText(text: string): Buffer {
  const ubl = ublOf(documentOf(text));
  if (!ubl.ok) throw new Refused<NotRepresentable>({ code: "not-representable", broken: ubl.broken });
  return Buffer.from(ubl.text);
}
