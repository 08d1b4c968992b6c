import { brokenIntoLines } from "./line-breaks.ts";
import type { Cell, Row } from "./rows.ts";
import type { Face } from "./typeface.ts";

/** What texts look like: as they can be printed, and how wide they are in points. */
export type Setting = {
  readonly printable: (text: string) => string;
  readonly widthOf: (text: string, face: Face, size: number) => number;
};

/** One line of text that knows where in its row it begins, but not yet on which height. */
export type SetLine = { readonly text: string; readonly left: number; readonly face: Face; readonly size: number; readonly height: number };

/** A row whose texts are broken into lines: those of each cell, and the height of the highest cell. */
export type SetRow = { readonly row: Row; readonly cells: readonly (readonly SetLine[])[]; readonly height: number };

/** In parts of the size of the letters. */
const lineHeight = 1.3;

export function setRow(row: Row, setting: Setting): SetRow {
  const cells = row.cells.map((cell) => setCell(cell, setting));
  return { row, cells, height: Math.max(0, ...cells.map(heightOf)) };
}

function setCell(cell: Cell, { printable, widthOf }: Setting): SetLine[] {
  return cell.paragraphs.flatMap(({ text, face, size, whole }) => {
    const shown = printable(text);
    const width = (part: string) => widthOf(part, face, size);
    const fit = whole ? Math.min(1, cell.width / width(shown)) : 1;
    const lines = whole ? [shown] : brokenIntoLines(shown, cell.width, width);
    return lines.map((line) => {
      const left = cell.align === "left" ? cell.left : cell.left + cell.width - width(line) * fit;
      return { text: line, left, face, size: size * fit, height: size * lineHeight };
    });
  });
}

/** With the space above it. */
export function fullHeight({ row, height }: SetRow): number {
  return row.space + height;
}

export function heightOf(lines: readonly SetLine[]): number {
  return lines.reduce((sum, { height }) => sum + height, 0);
}

/** How many of the lines fit into a height. */
export function fitting(lines: readonly SetLine[], height: number): number {
  let used = 0;
  let count = 0;
  for (const line of lines) {
    used += line.height;
    if (used > height) break;
    count += 1;
  }
  return count;
}
