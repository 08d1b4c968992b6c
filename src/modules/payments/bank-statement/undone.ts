import type { Currency } from "../../../kernel/money.ts";
import { referenceKey } from "./mention.ts";
import type { StatementLine } from "./statement-line.ts";

/** A receipt that was booked and has not been undone. `amount` is in minor units of `currency`, more than zero. */
export type ReceivedBooking = {
  readonly identity: string;
  readonly amount: bigint;
  readonly currency: Currency;
  readonly bankReference: string | null;
  readonly endToEndId: string | null;
};

/** What is kept of a line that came in, so that a later return of it can be told. `amount` is in minor units. */
export function receivedAs(line: StatementLine): ReceivedBooking {
  const { identity, money, bankReference, endToEndId } = line;
  return { identity, amount: money.amount, currency: money.currency, bankReference, endToEndId };
}

export type Original = { readonly kind: "found"; readonly identity: string } | { readonly kind: "unknown" | "ambiguous" };

/**
 * The receipt that a return undoes: of the same whole amount, and named by the bank's reference or by the payer's end-to-end reference.
 * A bank may write its reference of the original into the texts of the return.
 */
export function originalOf(line: StatementLine, received: readonly ReceivedBooking[]): Original {
  const texts = [...line.creditorReferences, ...line.documentNumbers, ...line.remittance, ...line.information];
  const written = new Set(
    [line.bankReference, line.transactionReference, ...texts].flatMap((text) => (text === null ? [] : referenceKey(text))),
  );
  const [original, second] = received.filter(
    ({ amount, currency, bankReference, endToEndId }) =>
      amount === line.money.amount &&
      currency === line.money.currency &&
      ((bankReference !== null && written.has(referenceKey(bankReference))) || (endToEndId !== null && endToEndId === line.endToEndId)),
  );
  if (original === undefined) return { kind: "unknown" };
  return second === undefined ? { kind: "found", identity: original.identity } : { kind: "ambiguous" };
}
