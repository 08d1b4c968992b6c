import { type Currency, type Money, money } from "../../../kernel/money.ts";
import { type StatementPlace, unreadable } from "./statement-refusal.ts";
import { statementAmount, statementCurrency, statementDate, statementReference, statementWords } from "./statement-value.ts";
import type { XmlElement } from "./xml-reader.ts";

const maximumTexts = 200;

/** All children of this name in the element's own namespace. */
export function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name && child.namespace === element.namespace);
}

/** The element at the end of the path, of which each step may stand once. @throws Refused bank-statement-unreadable */
export function childOf(element: XmlElement, path: string, place: StatementPlace): XmlElement | undefined {
  let found: XmlElement | undefined = element;
  for (const name of path.split("/")) {
    if (found === undefined) return undefined;
    const [child, second]: XmlElement[] = childrenOf(found, name);
    if (second !== undefined) unreadable("element_repeated", { ...place, fileLine: second.line }, path);
    found = child;
  }
  return found;
}

/** @throws Refused bank-statement-unreadable when it is missing or repeated */
export function requiredChild(element: XmlElement, path: string, place: StatementPlace): XmlElement {
  return childOf(element, path, place) ?? unreadable("element_missing", { ...place, fileLine: element.line }, path);
}

/** The words of the leaf at the end of the path; null when there is none, or nothing in it. @throws Refused bank-statement-unreadable */
export function wordsOf(element: XmlElement, path: string, place: StatementPlace): string | null {
  const leaf = childOf(element, path, place);
  return leaf === undefined ? null : leafWords(leaf, path, place);
}

/** @throws Refused bank-statement-unreadable */
export function requiredWords(element: XmlElement, path: string, place: StatementPlace): string {
  return wordsOf(element, path, place) ?? unreadable("element_missing", { ...place, fileLine: element.line }, path);
}

/** @throws Refused bank-statement-unreadable */
export function referenceOf(element: XmlElement, path: string, place: StatementPlace): string | null {
  const leaf = childOf(element, path, place);
  return leaf === undefined ? null : statementReference(leafText(leaf, path, place), { ...place, fileLine: leaf.line }, path);
}

/** The words of all leaves that the path leads to, whatever stands repeatedly on it. @throws Refused bank-statement-unreadable */
export function allWordsOf(elements: readonly XmlElement[], path: string, place: StatementPlace): string[] {
  const leaves = path.split("/").reduce((found, name) => found.flatMap((element) => childrenOf(element, name)), [...elements]);
  if (leaves.length > maximumTexts) unreadable("too_many_texts", { ...place, fileLine: leaves[0]?.line ?? null }, path);
  return leaves.flatMap((leaf) => leafWords(leaf, path, place) ?? []);
}

/** One of the words that are known there. @throws Refused bank-statement-unreadable */
export function choiceOf<Word extends string>(element: XmlElement, path: string, words: readonly Word[], place: StatementPlace): Word {
  const written = requiredWords(element, path, place);
  return words.find((word) => word === written) ?? unreadable("value_unknown", { ...place, fileLine: element.line }, path);
}

/** An amount with its attribute Ccy. @throws Refused bank-statement-unreadable */
export function moneyOf(element: XmlElement, path: string, place: StatementPlace): Money {
  const leaf = requiredChild(element, path, place);
  const here = { ...place, fileLine: leaf.line };
  const code = leaf.attributes.get("Ccy") ?? unreadable("element_missing", here, `${path}/@Ccy`);
  const currency: Currency = statementCurrency(code, here, `${path}/@Ccy`);
  // A decimal number of XML Schema may have white space around it and a plus sign before it.
  const text = leafText(leaf, path, place).trim().replace(/^\+/, "");
  return money(statementAmount(text, currency, here, path), currency);
}

/** True and false as XML Schema writes them; false when it is not there. @throws Refused bank-statement-unreadable */
export function truthOf(element: XmlElement, path: string, place: StatementPlace): boolean {
  if (childOf(element, path, place) === undefined) return false;
  return ["true", "1"].includes(choiceOf(element, path, ["true", "false", "1", "0"], place));
}

/** The day of a choice of date and date with time; null when it is not there. @throws Refused bank-statement-unreadable */
export function dayOf(element: XmlElement, path: string, place: StatementPlace): string | null {
  const choice = childOf(element, path, place);
  if (choice === undefined) return null;
  return statementDate(wordsOf(choice, "Dt", place) ?? requiredWords(choice, "DtTm", place), { ...place, fileLine: choice.line }, path);
}

function leafWords(leaf: XmlElement, path: string, place: StatementPlace): string | null {
  return statementWords(leafText(leaf, path, place), { ...place, fileLine: leaf.line }, path);
}

function leafText(leaf: XmlElement, path: string, place: StatementPlace): string {
  return leaf.children.length === 0 ? leaf.text : unreadable("value_unknown", { ...place, fileLine: leaf.line }, path);
}
