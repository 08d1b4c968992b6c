import { type Money, zero } from "../../../kernel/money.ts";
import { allWordsOf, childOf, childrenOf, choiceOf, dayOf, moneyOf, referenceOf, requiredChild, truthOf, wordsOf } from "./camt-element.ts";
import type { SkippedEntry } from "./statement.ts";
import { type StatementBooking, signed } from "./statement-line.ts";
import { type StatementPlace, unreadable } from "./statement-refusal.ts";
import { accountNumber } from "./statement-value.ts";
import type { XmlElement } from "./xml-reader.ts";

/** What an entry says: bookings, or why it has none. */
export type ReadEntry = {
  readonly place: StatementPlace;
  readonly money: Money;
  readonly bookings: readonly StatementBooking[];
  readonly skipped: SkippedEntry | undefined;
};

const skippedStates = { PDNG: "pending", INFO: "information", FUTR: "future" } as const;

/** An entry (Ntry) of either version. `place` names its statement and number. @throws Refused bank-statement-unreadable */
export function camtEntry(element: XmlElement, place: StatementPlace & { readonly entry: number }): ReadEntry {
  const amount = moneyOf(element, "Amt", place);
  const state = stateOf(element, place);
  const why = state === "BOOK" ? (amount.amount === 0n ? "zero" : undefined) : skippedStates[state];
  if (why !== undefined) return { place, money: amount, bookings: [], skipped: { entry: place.entry, why } };
  const whole = wholeOf(element, amount, place);
  const details = childrenOf(element, "NtryDtls").flatMap((detail) => childrenOf(detail, "TxDtls"));
  return { place, money: amount, bookings: bookingsOf(whole, details, place), skipped: undefined };
}

/** The version 02 has the code in the element itself, the version 08 in an element of its own. */
function stateOf(element: XmlElement, place: StatementPlace): "BOOK" | keyof typeof skippedStates {
  const path = requiredChild(element, "Sts", place).children.length === 0 ? "Sts" : "Sts/Cd";
  return choiceOf(element, path, ["BOOK", "PDNG", "INFO", "FUTR"], place);
}

function wholeOf(element: XmlElement, amount: Money, place: StatementPlace & { readonly entry: number }): StatementBooking {
  const valueOn = dayOf(element, "ValDt", place);
  return {
    entry: place.entry,
    transaction: null,
    direction: directionOf(element, place),
    money: amount,
    bookedOn: dayOf(element, "BookgDt", place) ?? valueOn ?? unreadable("element_missing", place, "BookgDt"),
    valueOn,
    reversal: truthOf(element, "RvslInd", place),
    returnReason: null,
    bankReference: referenceOf(element, "AcctSvcrRef", place),
    ...{ transactionReference: null, endToEndId: null, creditorReferences: [], documentNumbers: [], remittance: [] },
    information: allWordsOf([element], "AddtlNtryInf", place),
    counterparty: { name: null, iban: null },
    unsplit: false,
  };
}

function directionOf(element: XmlElement, place: StatementPlace): "credit" | "debit" {
  return choiceOf(element, "CdtDbtInd", ["CRDT", "DBIT"], place) === "CRDT" ? "credit" : "debit";
}

/**
 * One booking per transaction. What is booked is the entry's amount: a single transaction has it, whatever amount it was instructed with;
 * several have to add up to it in its currency, else the entry stays whole with the texts of all, marked as not split.
 */
function bookingsOf(whole: StatementBooking, details: readonly XmlElement[], place: StatementPlace): readonly StatementBooking[] {
  const [first, second] = details;
  if (first === undefined) return [whole];
  if (second === undefined) return [withDetails(whole, [first], { ...place, fileLine: first.line, transaction: 1 })];
  const parts = details.map((detail, index) => {
    const here = { ...place, fileLine: detail.line, transaction: index + 1 };
    const direction = childOf(detail, "CdtDbtInd", here) === undefined ? whole.direction : directionOf(detail, here);
    const booking = withDetails({ ...whole, direction }, [detail], here);
    return { ...booking, transaction: index + 1, money: amountOf(detail, here) ?? zero(whole.money.currency) };
  });
  const known = parts.every((part) => part.money.amount > 0n && part.money.currency === whole.money.currency);
  if (known && parts.reduce((sum, part) => sum + signed(part), 0n) === signed(whole)) return parts;
  return [
    {
      ...withDetails(whole, details, place),
      transactionReference: null,
      endToEndId: null,
      counterparty: { name: null, iban: null },
      unsplit: true,
    },
  ];
}

/** The version 02 says a transaction's amount among the details of amounts only. */
function amountOf(detail: XmlElement, place: StatementPlace): Money | undefined {
  const path = ["Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"].find((each) => childOf(detail, each, place) !== undefined);
  return path === undefined ? undefined : moneyOf(detail, path, place);
}

function withDetails(whole: StatementBooking, details: readonly XmlElement[], place: StatementPlace): StatementBooking {
  const all = (path: string): string[] => allWordsOf(details, path, place);
  const [detail] = details;
  if (detail === undefined) return whole;
  const returnReason = wordsOf(detail, "RtrInf/Rsn/Cd", place) ?? wordsOf(detail, "RtrInf/Rsn/Prtry", place);
  const bankReference = referenceOf(detail, "Refs/AcctSvcrRef", place);
  const named = bankReference ?? referenceOf(detail, "Refs/TxId", place);
  // In a return the parties are those of the payment that came back.
  const payerIsOther = (whole.direction === "credit") !== (whole.reversal || returnReason !== null);
  return {
    ...whole,
    returnReason,
    transactionReference: named === whole.bankReference ? null : named,
    endToEndId: referenceOf(detail, "Refs/EndToEndId", place),
    creditorReferences: all("RmtInf/Strd/CdtrRefInf/Ref"),
    documentNumbers: all("RmtInf/Strd/RfrdDocInf/Nb"),
    remittance: [...all("RmtInf/Ustrd"), ...all("RmtInf/Strd/AddtlRmtInf")],
    information: [...whole.information, ...all("AddtlTxInf")],
    counterparty: partyOf(detail, payerIsOther ? "Dbtr" : "Cdtr", place),
  };
}

/** The version 08 has a choice of party and agent between the role and the name. */
function partyOf(detail: XmlElement, role: "Dbtr" | "Cdtr", place: StatementPlace): StatementBooking["counterparty"] {
  const words = (path: string): string | null => wordsOf(detail, `RltdPties/${path}`, place);
  const name = words(`${role}/Nm`) ?? words(`${role}/Pty/Nm`) ?? words(`${role}/Agt/FinInstnId/Nm`);
  const account = `${role}Acct/Id/IBAN`;
  const iban = words(account);
  return { name, iban: iban === null ? null : accountNumber(iban, place, `RltdPties/${account}`) };
}
