/**
 * Whether a text is an IBAN, written without spaces: its two check digits make the number that its letters and digits stand for (A is 10,
 * Z is 35), country and check digits last, leave 1 when it is divided by 97 (ISO 13616).
 */
export function isIban(text: string): boolean {
  if (!/^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$/.test(text)) return false;
  const digits = `${text.slice(4)}${text.slice(0, 4)}`.replaceAll(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return BigInt(digits) % 97n === 1n;
}
