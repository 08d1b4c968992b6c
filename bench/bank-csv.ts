/** The operator's account, the day of booking, and what is on the account, in minor units of a currency with two decimals. */
export type BankTerms = { readonly account: string; readonly day: string; readonly opening: number };

/** A statement of the bank in the form of docs/bank-statement-csv.md: each of these invoices is paid whole by a line that names it. */
export function statementOf(
  { account, day, opening, name }: BankTerms & { readonly name: string },
  paid: readonly { readonly number: string; readonly amount: number }[],
): { readonly text: string; readonly closing: number } {
  const row = (kind: string, amount: number, reference = "", remittance = "") =>
    `${kind},${name},${account},EUR,${day},${decimal(amount)},${reference},${remittance}`;
  const closing = paid.reduce((sum, { amount }) => sum + amount, opening);
  const entries = paid.map(({ number, amount }, index) => row("entry", amount, `${name}-${index}`, `Invoice ${number} with thanks`));
  const text = [
    "kind,statement,account,currency,date,amount,reference,remittance",
    ...[row("opening", opening), ...entries, row("closing", closing), ""],
  ].join("\n");
  return { text, closing };
}

function decimal(minor: number): string {
  const digits = String(minor).padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
