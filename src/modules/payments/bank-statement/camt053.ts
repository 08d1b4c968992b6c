import type { Currency } from "../../../kernel/money.ts";
import { camtEntry, type ReadEntry } from "./camt-entry.ts";
import { childrenOf, choiceOf, dayOf, moneyOf, referenceOf, requiredChild, requiredWords, wordsOf } from "./camt-element.ts";
import { type BankStatement, checkStatements, maximumBookings, type UncheckedStatement } from "./statement.ts";
import { nowhere, type StatementPlace, unreadable } from "./statement-refusal.ts";
import { accountNumber, statementText } from "./statement-value.ts";
import { type Release, readXml, type XmlElement } from "./xml-reader.ts";
import { XmlUnreadable } from "./xml-refusal.ts";

const namespaceBeginning = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.";
const versions: readonly string[] = ["02", "08"];

/**
 * Reads a camt.053 message (ISO 20022 bank to customer statement, versions 001.02 and 001.08). Only what is booked becomes a line; a
 * batch becomes one line per transaction when these add up to its entry. Elements that say nothing about lines are passed over.
 *
 * @throws Refused bank-statement-unreadable, bank-statement-unbalanced
 */
export function readCamt053(file: Uint8Array): BankStatement[] {
  const text = statementText(file);
  let entries: ReadEntry[] = [];
  const entriesOf = new Map<XmlElement, ReadEntry[]>();
  let bookings = 0;
  const root = readElements(text, (element, around) => {
    const parent = around.at(-1);
    if (parent?.namespace !== element.namespace) return false;
    if (around.length === 3 && parent.name === "Stmt" && element.name === "Ntry") {
      const place = { ...nowhere, fileLine: element.line, statement: entriesOf.size + 1, entry: entries.length + 1 };
      const entry = camtEntry(element, place);
      bookings += entry.bookings.length;
      if (bookings > maximumBookings) unreadable("too_many_bookings", place);
      entries.push(entry);
      return true;
    }
    if (around.length === 2 && element.name === "Stmt") {
      entriesOf.set(element, entries);
      entries = [];
    }
    return false;
  });
  checkRoot(root);
  const message = requiredChild(root, "BkToCstmrStmt", nowhere);
  const statements = childrenOf(message, "Stmt");
  if (statements.length === 0) unreadable("file_empty", { ...nowhere, fileLine: message.line });
  return checkStatements(statements.map((element, index) => statementOf(element, entriesOf.get(element) ?? [], index + 1)));
}

function readElements(text: string, release: Release): XmlElement {
  try {
    return readXml(text, release);
  } catch (error) {
    if (error instanceof XmlUnreadable) return unreadable(error.reason, { ...nowhere, fileLine: error.line });
    throw error;
  }
}

function checkRoot({ name, namespace, line }: XmlElement): void {
  const place = { ...nowhere, fileLine: line };
  if (name !== "Document" || !namespace.startsWith(namespaceBeginning)) unreadable("not_a_statement", place);
  if (!versions.includes(namespace.slice(namespaceBeginning.length))) unreadable("version_unknown", place);
}

function statementOf(element: XmlElement, entries: readonly ReadEntry[], number: number): UncheckedStatement {
  const place: StatementPlace = { ...nowhere, fileLine: element.line, statement: number };
  const iban = wordsOf(element, "Acct/Id/IBAN", place);
  const account =
    iban === null
      ? accountNumber(requiredWords(element, "Acct/Id/Othr/Id", place), place, "Acct/Id/Othr/Id")
      : accountNumber(iban, place, "Acct/Id/IBAN");
  const { opening, closing } = balancesOf(element, place);
  const { currency } = opening;
  const named = wordsOf(element, "Acct/Ccy", place);
  if (closing.currency !== currency || (named !== null && named !== currency)) unreadable("currency_differs", place);
  for (const { money, place: at } of entries) {
    if (money.currency !== currency) unreadable("currency_differs", at, "Amt");
  }
  return {
    id: requiredWords(element, "Id", place),
    account,
    currency,
    ...{ opening: opening.amount, openingOn: opening.on, closing: closing.amount, closingOn: closing.on },
    sequence: referenceOf(element, "ElctrncSeqNb", place),
    bookings: entries.flatMap(({ bookings }) => bookings),
    skipped: entries.flatMap(({ skipped }) => skipped ?? []),
  };
}

type Balance = { readonly code: string; readonly amount: bigint; readonly currency: Currency; readonly on: string };

/** Interim balances stand for the missing end of a page: the first for the opening one, the last for the closing one. */
function balancesOf(statement: XmlElement, place: StatementPlace): { readonly opening: Balance; readonly closing: Balance } {
  const balances = childrenOf(statement, "Bal").flatMap((element) => balanceOf(element, { ...place, fileLine: element.line }));
  const only = (code: string): Balance | undefined => {
    const [first, second] = balances.filter((balance) => balance.code === code);
    return second === undefined ? first : unreadable("balance_repeated", place, code);
  };
  const interim = balances.filter(({ code }) => code === "ITBD");
  const opening = only("OPBD") ?? only("PRCD") ?? interim.shift();
  const closing = only("CLBD") ?? interim.pop();
  if (opening === undefined || closing === undefined) return unreadable("balance_missing", place, "Bal");
  if (interim.length > 0) unreadable("balance_repeated", place, "ITBD");
  return { opening, closing };
}

const bookedBalances: readonly string[] = ["OPBD", "PRCD", "ITBD", "CLBD"];

function balanceOf(element: XmlElement, place: StatementPlace): readonly Balance[] {
  const code = wordsOf(element, "Tp/CdOrPrtry/Cd", place);
  if (code === null || !bookedBalances.includes(code)) return [];
  const { amount, currency }: { readonly amount: bigint; readonly currency: Currency } = moneyOf(element, "Amt", place);
  const direction = choiceOf(element, "CdtDbtInd", ["CRDT", "DBIT"], place);
  const on = dayOf(element, "Dt", place) ?? unreadable("element_missing", place, "Dt");
  return [{ code, amount: direction === "CRDT" ? amount : -amount, currency, on }];
}
