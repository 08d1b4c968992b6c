import type { StatementBooking } from "./statement-line.ts";

const shortestKey = 6;
const longestKey = 40;

/**
 * What is compared of a reference: its letters and digits in upper case, compatibility forms (full width and the like) made plain. So
 * "abc-2026 000001" and "ABC-2026-000001" are one.
 */
export function referenceKey(reference: string): string {
  return plainText(reference).replaceAll(/[^\p{L}\p{N}]+/gu, "");
}

/** A key that a text can be read as, and where: `source` counts the texts, `from` and `to` are places in it, `written` is what stands there. */
export type Mention = {
  readonly key: string;
  readonly source: number;
  readonly from: number;
  readonly to: number;
  readonly written: string;
};

type Said = Pick<StatementBooking, "creditorReferences" | "documentNumbers" | "endToEndId" | "remittance" | "information">;

/**
 * Everything in a line that may be a reference: each run of whole words, joined, of 6 to 40 letters and digits with a digit among them. A
 * number within a longer word is none. The reference inside a valid ISO 11649 creditor reference (RF and two check digits) counts too.
 * Texts that a bank broke into pieces are read as one.
 */
export function mentionsOf({ creditorReferences, documentNumbers, endToEndId, remittance, information }: Said): Mention[] {
  const sources = [...creditorReferences, ...documentNumbers, ...[endToEndId ?? []].flat(), remittance.join(" "), information.join(" ")];
  return sources.flatMap((text, source) => mentionsIn(plainText(text), source));
}

/** The keys to look up: what a line can be matched with has one of these. */
export function mentionedKeys(line: Said): string[] {
  return [...new Set(mentionsOf(line).map(({ key }) => key))];
}

/** A text as mentions are read from it: compatibility forms made plain, upper case. */
export function plainText(text: string): string {
  return text.normalize("NFKC").toUpperCase();
}

function mentionsIn(text: string, source: number): Mention[] {
  const words = [...text.matchAll(/[\p{L}\p{N}]+/gu)].map((word) => ({ text: word[0], from: word.index, to: word.index + word[0].length }));
  const mentions: Mention[] = [];
  for (const [first, { from }] of words.entries()) {
    let key = "";
    for (const { text: word, to } of words.slice(first, first + longestKey)) {
      key += word;
      if (key.length > longestKey) break;
      if (key.length < shortestKey || !/\d/.test(key)) continue;
      const written = text.slice(from, to);
      mentions.push({ key, source, from, to, written });
      const inner = creditorReference(key);
      if (inner !== undefined) mentions.push({ key: inner, source, from, to, written });
    }
  }
  return mentions;
}

/** The reference in an ISO 11649 creditor reference whose check digits are right (ISO 7064, modulus 97). */
function creditorReference(key: string): string | undefined {
  const inner = /^RF\d\d([A-Z0-9]{1,21})$/.exec(key)?.[1];
  if (inner === undefined) return undefined;
  const digits = (inner + key.slice(0, 4)).replaceAll(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return BigInt(digits) % 97n === 1n ? inner : undefined;
}
