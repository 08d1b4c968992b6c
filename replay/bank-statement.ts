/** A booking of a bank account. Days are YYYY-MM-DD, amounts minor units, below zero where money goes out. */
export type BankEntry = {
  readonly bookedOn: string;
  readonly amount: bigint;
  /** The bank's own name for it. */
  readonly reference: string;
  /** What the payer wrote. */
  readonly remittance: string;
  readonly payer: string;
  /** It undoes an earlier one. */
  readonly isReturn: boolean;
};

/** The account that companies pay into. */
export type BankAccount = { readonly iban: string; readonly currency: string };

/** What the bank says of an account and a day. Balances are minor units. */
export type DayStatement = BankAccount & {
  readonly id: string;
  readonly day: string;
  readonly opening: bigint;
  readonly entries: readonly BankEntry[];
  readonly closing: bigint;
};

/** One statement for each day with bookings, in the order of days, each beginning with what the one before it ended with. */
export function statementsByDay(account: BankAccount, opening: bigint, entries: readonly BankEntry[]): DayStatement[] {
  const byDay = Map.groupBy(entries, ({ bookedOn }) => bookedOn);
  let balance = opening;
  return [...byDay.keys()].toSorted().map((day) => {
    const ofDay = byDay.get(day) ?? [];
    const before = balance;
    balance = ofDay.reduce((sum, { amount }) => sum + amount, before);
    return { ...account, id: `${account.currency}-${day}`, day, opening: before, entries: ofDay, closing: balance };
  });
}

/** Minor units of a currency with two decimals as decimal text. */
export function decimalText(amount: bigint): string {
  const digits = `${amount < 0n ? -amount : amount}`.padStart(3, "0");
  return `${amount < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** An IBAN with right check digits (ISO 7064, modulus 97) for an account number of capital letters and digits. */
export function ibanOf(country: string, accountNumber: string): string {
  const digits = `${accountNumber}${country}00`.replaceAll(/[A-Z]/g, (letter) => String(Number.parseInt(letter, 36)));
  return `${country}${String(98n - (BigInt(digits) % 97n)).padStart(2, "0")}${accountNumber}`;
}
