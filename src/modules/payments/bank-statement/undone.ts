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

/** Receipts by what a return says of them. What is added or removed changes it. */
export type ReceivedIndex = {
  readonly originalOf: (line: StatementLine) => Original;
  readonly add: (booking: ReceivedBooking) => void;
  readonly remove: (identity: string) => void;
};

/**
 * Finds the receipt that a return undoes: of the same whole amount, and named by the bank's reference or by the payer's end-to-end
 * reference. A bank may write its reference of the original into the texts of the return. However many receipts are alike, two are looked at.
 */
export function indexReceived(received: readonly ReceivedBooking[]): ReceivedIndex {
  const byName = new Map<string, Set<string>>();
  const names = new Map<string, readonly string[]>();
  const index: ReceivedIndex = {
    originalOf: (line) => {
      const found = new Set<string>();
      for (const name of namesOfOriginal(line)) {
        for (const identity of byName.get(name) ?? []) {
          found.add(identity);
          if (found.size > 1) return { kind: "ambiguous" };
        }
      }
      const [identity] = found;
      return identity === undefined ? { kind: "unknown" } : { kind: "found", identity };
    },
    add: (booking) => {
      const own = namesOf(booking);
      names.set(booking.identity, own);
      for (const name of own) byName.set(name, (byName.get(name) ?? new Set<string>()).add(booking.identity));
    },
    remove: (identity) => {
      for (const name of names.get(identity) ?? []) byName.get(name)?.delete(identity);
      names.delete(identity);
    },
  };
  for (const booking of received) index.add(booking);
  return index;
}

type Sum = Pick<ReceivedBooking, "amount" | "currency">;

function bankName({ amount, currency }: Sum, reference: string): string {
  return `bank ${currency} ${amount} ${referenceKey(reference)}`;
}

function payerName({ amount, currency }: Sum, endToEndId: string): string {
  return `payer ${currency} ${amount} ${endToEndId}`;
}

function namesOf(booking: ReceivedBooking): string[] {
  const { bankReference, endToEndId } = booking;
  return [
    ...(bankReference === null ? [] : [bankName(booking, bankReference)]),
    ...(endToEndId === null ? [] : [payerName(booking, endToEndId)]),
  ];
}

function namesOfOriginal(line: StatementLine): string[] {
  const { money, bankReference, transactionReference, endToEndId } = line;
  const texts = [...line.creditorReferences, ...line.documentNumbers, ...line.remittance, ...line.information];
  return [
    ...[bankReference, transactionReference, ...texts].flatMap((text) => (text === null ? [] : [bankName(money, text)])),
    ...(endToEndId === null ? [] : [payerName(money, endToEndId)]),
  ];
}
