/** How numbers are written in a language: 1,234.56 or 1.234,56. */
export type NumberMarks = { readonly decimal: string; readonly group: string };

/** As machines read numbers: 1234.56. */
export const plainMarks: NumberMarks = { decimal: ".", group: "" };

/** Digits of which the last `places` are decimals: 123456 with 2 places is 1,234.56, with 0 places 123,456. */
export function decimalText(digits: bigint, places: number, marks: NumberMarks): string {
  const isNegative = digits < 0n;
  const text = String(isNegative ? -digits : digits).padStart(places + 1, "0");
  const whole = text.slice(0, text.length - places).replace(/\B(?=(\d{3})+$)/g, marks.group);
  return `${isNegative ? "-" : ""}${whole}${places === 0 ? "" : `${marks.decimal}${text.slice(-places)}`}`;
}
