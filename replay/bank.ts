import { type BankAccount, type BankEntry, statementsByDay } from "./bank-statement.ts";
import { camt053 } from "./camt053-text.ts";
import { numberOf } from "./shares.ts";
import { statementCsv } from "./statement-csv-text.ts";
import { type Payment, payingDays } from "./ways-of-paying.ts";

/** Something that a company pays: what its payments are called, what the market calls it, and whether the payer gets that right. */
export type Bill = {
  readonly name: string;
  readonly reference: string;
  readonly payer: string;
  readonly payments: readonly Payment[];
};

/** A file of the bank, as it is sent to the market. */
export type BankFile = { readonly name: string; readonly format: "camt053" | "csv"; readonly text: string };

const dayMillis = 86_400_000;

/**
 * The operator's bank: it books what companies pay and tells of it day by day, each day in another form. Every third day it tells a second
 * time, in the other form.
 */
export class Bank {
  readonly account: BankAccount;
  /** Stands before each of its references. */
  readonly #mark: string;
  #firstDay: string;
  #balance = 0n;
  #booked = 0;
  /** By the bank's reference, the name of what was to be paid. */
  readonly bills = new Map<string, string>();

  /** It begins to book long enough before the market's day that nothing is of a day to come. */
  constructor(account: BankAccount, { mark, begunOn }: { readonly mark: string; readonly begunOn: string }) {
    this.account = account;
    this.#mark = mark;
    this.#firstDay = dayAfter(begunOn, -2 * payingDays);
  }

  /** Books what these bills are paid with and tells of it. What is booked later is of later days. */
  collect(bills: readonly Bill[]): BankFile[] {
    const entries = bills.flatMap((bill) => this.#entriesOf(bill));
    const statements = statementsByDay(this.account, this.#balance, entries);
    const last = statements.at(-1);
    if (last === undefined) return [];
    this.#balance = last.closing;
    this.#firstDay = dayAfter(last.day, 1);
    return statements.flatMap((statement, index): BankFile[] => {
      const forms: readonly BankFile[] = [
        { name: `${statement.id}-camt053`, format: "camt053", text: camt053(statement) },
        { name: `${statement.id}-csv`, format: "csv", text: statementCsv(statement) },
      ];
      const [told, other] = index % 2 === 0 ? forms : forms.toReversed();
      return [told, index % 3 === 0 ? other : undefined].filter((file) => file !== undefined);
    });
  }

  #entriesOf({ name, reference, payer, payments }: Bill): BankEntry[] {
    let received = "";
    return payments.map(({ day, amount, names }) => {
      this.#booked += 1;
      const own = `${this.#mark}${String(this.#booked).padStart(6, "0")}`;
      this.bills.set(own, name);
      const isReturn = amount < 0n;
      // A return names what it undoes by the bank's own reference.
      const remittance = isReturn ? received : spelled(names === "debt" ? reference : `ORDER-1999-${this.#booked}`, name);
      received = own;
      return { bookedOn: dayAfter(this.#firstDay, day), amount, reference: own, remittance, payer, isReturn };
    });
  }
}

/** As people write a number: as it is, in a sentence, or without what parts it. */
function spelled(reference: string, name: string): string {
  const spellings = [reference, `Invoice ${reference}, thank you`, reference.replaceAll("-", "").toLowerCase()];
  return spellings[numberOf(`${name} is spelled`) % spellings.length] ?? reference;
}

function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * dayMillis).toISOString().slice(0, 10);
}
