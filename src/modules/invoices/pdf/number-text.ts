import { currency, exponentOf } from "../../../kernel/money.ts";

/** How numbers are written in a language: 1,234.56 or 1.234,56. */
export type NumberMarks = { readonly decimal: string; readonly group: string };

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

function decimalText(digits: bigint, places: number, marks: NumberMarks): string {
  const isNegative = digits < 0n;
  const text = String(isNegative ? -digits : digits).padStart(places + 1, "0");
  const whole = text.slice(0, text.length - places).replace(/\B(?=(\d{3})+$)/g, marks.group);
  return `${isNegative ? "-" : ""}${whole}${places === 0 ? "" : `${marks.decimal}${text.slice(-places)}`}`;
}
