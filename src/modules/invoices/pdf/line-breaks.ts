/** How wide a text is, in points. */
export type WidthOf = (text: string) => number;

const mark = /^\p{M}$/u;

/**
 * A text in lines of at most `width` points: broken at spaces, and inside a word only if it alone is wider than a line. Together the lines are
 * the whole text without the spaces at the breaks. The empty text is one empty line.
 */
export function brokenIntoLines(text: string, width: number, widthOf: WidthOf): string[] {
  const space = widthOf(" ");
  const lines: string[] = [];
  let line = "";
  let lineWidth = 0;
  for (const word of text.split(" ").flatMap((word) => pieces(word, width, widthOf))) {
    const wordWidth = widthOf(word.text);
    if (line !== "" && (word.continues || lineWidth + space + wordWidth > width)) {
      lines.push(line);
      line = word.text;
      lineWidth = wordWidth;
    } else {
      lineWidth += line === "" ? wordWidth : space + wordWidth;
      line = line === "" ? word.text : `${line} ${word.text}`;
    }
  }
  return [...lines, line];
}

/** A text cut to one line of at most `width` points, with an ellipsis where something is missing. */
export function cutToLine(text: string, width: number, widthOf: WidthOf): string {
  if (widthOf(text) <= width) return text;
  let line = "";
  let left = width - widthOf("…");
  for (const character of text) {
    left -= widthOf(character);
    if (left < 0) break;
    line += character;
  }
  return `${line.trimEnd()}…`;
}

function pieces(word: string, width: number, widthOf: WidthOf): { text: string; continues: boolean }[] {
  if (widthOf(word) <= width) return [{ text: word, continues: false }];
  const found: { text: string; continues: boolean }[] = [];
  let piece = "";
  let pieceWidth = 0;
  for (const character of word) {
    const characterWidth = widthOf(character);
    // A mark stays with its letter, even where it has a width of its own.
    if (piece !== "" && pieceWidth + characterWidth > width && !mark.test(character)) {
      found.push({ text: piece, continues: found.length > 0 });
      piece = "";
      pieceWidth = 0;
    }
    piece += character;
    pieceWidth += characterWidth;
  }
  return [...found, { text: piece, continues: found.length > 0 }];
}
