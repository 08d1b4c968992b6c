import { currency, exponentOf } from "../../../kernel/money.ts";
import { decimalText, type NumberMarks } from "../decimal-text.ts";

/** An amount of minor units in its currency, without the currency's code: 123456 of EUR is 1,234.56, of JPY 123,456. */
export function amountText(amount: number | bigint, code: string, marks: NumberMarks): string {
  return decimalText(BigInt(amount), exponentOf(currency(code)), marks);
}

/** A whole number: 12,000. */
export function countText(count: number, marks: NumberMarks): string {
  return decimalText(BigInt(count), 0, marks);
}

/** A rate in parts per million as per cent: 190000 is 19%, 81000 is 8.1%, 1 is 0.0001%. */
export function rateText(ratePpm: number, marks: NumberMarks): string {
  const [whole = "", places = ""] = decimalText(BigInt(ratePpm), 4, { decimal: "|", group: marks.group }).split("|");
  const significant = places.replace(/0+$/, "");
  return `${whole}${significant === "" ? "" : `${marks.decimal}${significant}`}%`;
}
