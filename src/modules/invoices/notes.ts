/** Why the tax of a document may be off rate × net. English, as the notes of UBL are; the PDF says it in its own language. */
export const roundingNote =
  "Tax is rounded half up per tax category and rate over all documents of the order, so that together they bear its tax exactly. The tax " +
  "of one document may therefore differ by a smallest unit of the currency, that of a credit note by two, from its own net times the rate.";

/** In whose name a document is issued, and by whom if that is known. `since` is the day of the mandate, YYYY-MM-DD. */
export function mandateNote(seller: string, issuer: string | null, since: string): string {
  return `Issued ${issuer === null ? "" : `by ${issuer} `}in the name and on behalf of ${seller}, by mandate of ${since}.`;
}
