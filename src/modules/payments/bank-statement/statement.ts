import type { Currency } from "../../../kernel/money.ts";
import { Refused } from "../../../kernel/refusal.ts";
import { identify, type OccurrenceCount, type StatementBooking, type StatementLine, signed } from "./statement-line.ts";
import { nowhere, type StatementUnbalanced, unreadable } from "./statement-refusal.ts";

/** An entry that moved no money: not booked yet, for information, or of nothing. It is told, and never a line. */
export type SkippedEntry = { readonly entry: number; readonly why: "pending" | "information" | "future" | "zero" };

/** One statement of one account in one currency, its arithmetic checked. Balances are minor units; below zero is overdrawn. */
export type BankStatement = {
  readonly id: string;
  readonly account: string;
  readonly currency: Currency;
  readonly opening: bigint;
  readonly openingOn: string;
  readonly closing: bigint;
  readonly closingOn: string;
  /** The bank's running number of electronic statements, as it is written. */
  readonly sequence: string | null;
  readonly lines: readonly StatementLine[];
  readonly skipped: readonly SkippedEntry[];
};

export type UncheckedStatement = Omit<BankStatement, "lines"> & { readonly bookings: readonly StatementBooking[] };

/** Of a file. Its CSV form counts all its records instead, the first one too. */
export const maximumBookings = 100_000;

/** Characters in the texts of one booking. */
const maximumWords = 10_000;

/**
 * Checks that opening balance and entries make the closing balance, and names the lines. Statements of one file with one id and account
 * are pages of one another: equal bookings are counted on over them.
 *
 * @throws Refused bank-statement-unreadable (a booking with more than 10,000 characters of text), bank-statement-unbalanced
 */
export function checkStatements(statements: readonly UncheckedStatement[]): BankStatement[] {
  const pages = new Map<string, OccurrenceCount>();
  return statements.map(({ bookings, ...statement }, index) => {
    for (const { entry, transaction, creditorReferences, documentNumbers, remittance, information } of bookings) {
      const words = [creditorReferences, documentNumbers, remittance, information].flat().reduce((sum, text) => sum + text.length, 0);
      if (words > maximumWords) unreadable("text_too_long", { ...nowhere, statement: index + 1, entry, transaction });
    }
    const { id, account, currency, opening, closing } = statement;
    const entries = bookings.reduce((sum, booking) => sum + signed(booking), 0n);
    const difference = opening + entries - closing;
    if (difference !== 0n) {
      throw new Refused<StatementUnbalanced>({
        code: "bank-statement-unbalanced",
        ...{ statement: id, account, currency },
        ...{ opening_text: opening.toString(), entries_text: entries.toString() },
        ...{ closing_text: closing.toString(), difference_text: difference.toString() },
      });
    }
    const page = JSON.stringify([id, account]);
    const counted = pages.get(page) ?? new Map<string, number>();
    pages.set(page, counted);
    return { ...statement, lines: identify(account, bookings, counted) };
  });
}

/** How a statement stands to what is known of its account. `difference` is what the books would be short of (less than zero: ahead of). */
export type Continuity = { readonly kind: "first" | "known" | "continues" } | { readonly kind: "breaks"; readonly difference: bigint };

/**
 * Whether a statement leads on from the last one of its account: the last closing balance and its lines that are new have to make its
 * closing balance, whether it overlaps or not. A missing statement, two bookings of one name and one booking of two names all show as the
 * difference. `knownClosing` is undefined for the account's first statement; `fresh` are the lines whose identity was not known.
 */
export function continuity(
  knownClosing: bigint | undefined,
  statement: Pick<BankStatement, "closing" | "lines">,
  fresh: readonly Pick<StatementLine, "direction" | "money">[],
): Continuity {
  if (knownClosing === undefined) return { kind: "first" };
  if (fresh.length === 0 && statement.lines.length > 0) return { kind: "known" };
  const difference = statement.closing - fresh.reduce((sum, line) => sum + signed(line), knownClosing);
  return difference === 0n ? { kind: "continues" } : { kind: "breaks", difference };
}
