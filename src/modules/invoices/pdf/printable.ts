/** What stands where a character cannot be shown. */
export const replacement = "\uFFFD";

/** How many marks may stand on one letter: with more of them a text could blacken the rows above and below its own. */
const marksPerLetter = 2;

/** The scripts that need neither reordering nor joining: their letters stand one after the other, as they are written. */
const plainScript = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}]$/u;
const mark = /^\p{M}$/u;
const control = /^\p{C}$/u;

/** What formats without being seen: orders of direction, joiners, soft hyphens, selectors, tags. */
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** What is printable as it stands, and is most of all texts. */
const plainWords = /^[!-~]+(?: [!-~]+)*$/;

/**
 * A text as it can be printed: one line, in the order in which it is stored, each character of it to be seen. White space and line ends
 * become one space, invisible characters fall away, and whatever else the typeface does not show is U+FFFD.
 */
export function printable(text: string, hasGlyph: (codePoint: number) => boolean): string {
  if (plainWords.test(text)) return text;
  const line = text.toWellFormed().normalize("NFC").replace(invisible, "").replace(/\s+/gu, " ").trim();
  let shown = "";
  let marks = 0;
  for (const character of line) {
    if (mark.test(character)) {
      marks += 1;
      shown += marks <= marksPerLetter && shown !== "" && hasGlyph(character.codePointAt(0) ?? 0) ? character : replacement;
      continue;
    }
    marks = 0;
    const isPlain = plainScript.test(character) && !control.test(character) && hasGlyph(character.codePointAt(0) ?? 0);
    shown += isPlain ? character : replacement;
  }
  return shown;
}
