import { Refused } from "../../kernel/refusal.ts";
import type { Overloaded } from "../../platform/db/index.ts";
import { documentOf } from "./document-store.ts";
import type { NotRepresentable } from "./paper-refusals.ts";
import { renderPdf } from "./pdf/render.ts";
import { englishWords } from "./pdf/words.ts";
import { ublOf } from "./ubl.ts";

const mostWaiting = 100;

let drawn: Promise<unknown> = Promise.resolve();
let waiting = 0;

/**
 * The PDF of a stored document, in English: the same bytes for the same text. Each takes the processor for long, so a process draws one
 * after the other, and whatever else it does has its turn between pages.
 *
 * @throws Refused overloaded when too many wait to be drawn
 */
export async function pdfOfText(text: string): Promise<Buffer> {
  if (waiting >= mostWaiting) throw new Refused<Overloaded>({ code: "overloaded", retry_after_seconds: 1 });
  waiting += 1;
  const pdf = drawn.then(() => renderPdf(documentOf(text), englishWords));
  // One that fails fails for who asked for it, not for who waits behind it.
  drawn = pdf.catch(() => undefined);
  try {
    return await pdf;
  } finally {
    waiting -= 1;
  }
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
