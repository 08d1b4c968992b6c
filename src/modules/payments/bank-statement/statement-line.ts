import { createHash } from "node:crypto";
import type { Money } from "../../../kernel/money.ts";

/** What a bank says about one booking of the account, from whatever form it came in. Days are YYYY-MM-DD. */
export type StatementBooking = {
  /** The statement's entry, from 1, and the entry's transaction, from 1; null where the entry is the line. */
  readonly entry: number;
  readonly transaction: number | null;
  /** What it did to the account: `credit` came in, `debit` went out. A reversal is said beside and changes nothing about it. */
  readonly direction: "credit" | "debit";
  /** More than zero. */
  readonly money: Money;
  readonly bookedOn: string;
  readonly valueOn: string | null;
  /** It undoes an earlier booking of the other direction, as the bank marked it. */
  readonly reversal: boolean;
  /** The code of a payment that was sent back. */
  readonly returnReason: string | null;
  /** The bank's own name for the entry, and for the transaction in it. */
  readonly bankReference: string | null;
  readonly transactionReference: string | null;
  readonly endToEndId: string | null;
  /** Structured: the creditor's reference (ISO 11649 among them) and numbers of documents that are paid. */
  readonly creditorReferences: readonly string[];
  readonly documentNumbers: readonly string[];
  readonly remittance: readonly string[];
  readonly information: readonly string[];
  readonly counterparty: { readonly name: string | null; readonly iban: string | null };
  /** Several transactions that do not add up to their entry, or do not say their amounts: what belongs to whom is not known. */
  readonly unsplit: boolean;
};

/** A booking with the name under which it counts once: 64 hexadecimal digits. */
export type StatementLine = StatementBooking & { readonly identity: string };

/** What the line changed the account by: a debit is negative. */
export function signed({ direction, money }: Pick<StatementBooking, "direction" | "money">): bigint {
  const amount: bigint = money.amount;
  return direction === "credit" ? amount : -amount;
}

/**
 * Counts equal bookings of one account: the n-th of them has n in its name. So a statement that is read again, and one that overlaps
 * another by whole days, gives each booking the name that it has.
 */
export type OccurrenceCount = Map<string, number>;

/**
 * Names each booking. With a bank's reference the name is made of account, day, direction, amount and reference: banks give one reference
 * to a payment and its fee, and begin to count anew. The transactions of a batch share its reference and are counted. Texts count only
 * where there is no reference, because each form of a statement cuts them its own way.
 */
export function identify(account: string, bookings: readonly StatementBooking[], counted: OccurrenceCount): StatementLine[] {
  return bookings.map((booking) => {
    const facts = JSON.stringify(factsOf(account, booking));
    const occurrence = (counted.get(facts) ?? 0) + 1;
    counted.set(facts, occurrence);
    const identity = createHash("sha256")
      .update(JSON.stringify([1, facts, occurrence]))
      .digest("hex");
    return { ...booking, identity };
  });
}

function factsOf(account: string, booking: StatementBooking): readonly unknown[] {
  const { direction, money, bookedOn } = booking;
  const always = [account, bookedOn, direction, money.amount.toString(), money.currency];
  const reference = booking.bankReference ?? booking.transactionReference;
  if (reference !== null) return ["reference", ...always, reference];
  const { valueOn, reversal, returnReason, endToEndId, counterparty } = booking;
  const texts = [...booking.creditorReferences, ...booking.documentNumbers, ...booking.remittance, ...booking.information];
  return [
    "facts",
    ...always,
    valueOn,
    reversal,
    returnReason,
    endToEndId,
    counterparty.iban,
    plain(counterparty.name ?? ""),
    texts.map(plain),
  ];
}

function plain(text: string): string {
  return text.normalize("NFKC").replaceAll(/\s+/g, " ").trim();
}
