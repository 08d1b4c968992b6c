const lengths = [8, 12, 13, 14] as const;

/**
 * Whether the text is a GTIN-8, -12, -13 or -14 with the right check digit: GS1 General Specifications, section 7.9.1. From the right, the
 * digits before the check digit weigh 3, 1, 3, …; with the check digit the sum is a multiple of ten.
 */
export function isGtin(text: string): boolean {
  if (!/^(?:[0-9]{8}|[0-9]{12,14})$/.test(text)) return false;
  const digits = Array.from(text, Number).toReversed();
  return digits.reduce((sum, digit, place) => sum + digit * (place % 2 === 1 ? 3 : 1), 0) % 10 === 0;
}

/** The ways to write one GTIN: the shorter ones are the longer ones without zeros in front, and name the same thing. */
export function formsOfGtin(gtin: string): readonly string[] {
  const digits = gtin.replace(/^0+/, "");
  return lengths.filter((length) => length >= digits.length).map((length) => digits.padStart(length, "0"));
}
