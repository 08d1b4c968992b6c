import { brokenIntoLines } from "./line-breaks.ts";
import { type Cell, paper, type Row, type Table } from "./rows.ts";
import type { Face } from "./typeface.ts";

/** One line of text in its place: `left` is where it begins, `baseline` what it stands on, in points from the upper left corner. */
export type PlacedText = {
  readonly text: string;
  readonly left: number;
  readonly baseline: number;
  readonly face: Face;
  readonly size: number;
};

export type Page = { readonly texts: readonly PlacedText[]; readonly rules: readonly number[] };

/** What texts look like: as they can be printed, and how wide they are. */
export type Setting = {
  readonly printable: (text: string) => string;
  readonly widthOf: (text: string, face: Face, size: number) => number;
};

const lineHeight = 1.3;
const ascent = 1.02;

/** A row higher than this part of a page is begun where it stands and broken, a lower one is put on the next page as a whole. */
const unbrokenPart = 0.4;

type SetLine = { readonly text: string; readonly left: number; readonly face: Face; readonly size: number; readonly height: number };
type SetRow = { readonly row: Row; readonly cells: readonly (readonly SetLine[])[]; readonly height: number };

/** Rows on as many pages as they need. Nothing is left out, nothing stands above another; a table's head and sums are repeated. */
export function pagesOf(rows: readonly Row[], setting: Setting): Page[] {
  const pages: { texts: PlacedText[]; rules: number[] }[] = [];
  let page: { texts: PlacedText[]; rules: number[] } = { texts: [], rules: [] };
  let y: number = paper.top;
  let bottom: number = paper.bottom;
  let open: { table: Table; net: bigint } | undefined;

  const startPage = () => {
    page = { texts: [], rules: [] };
    pages.push(page);
    y = paper.top;
  };
  const placeWhole = (row: Row) => {
    const set = setRow(row, setting);
    beginRow(row);
    for (const cell of set.cells) placeLines(cell);
    y += set.height;
  };
  const beginRow = (row: Row) => {
    y += row.space;
    if (row.rule) page.rules.push(y - row.space / 2);
  };
  const placeLines = (lines: readonly SetLine[]) => {
    let top = y;
    for (const { text, left, face, size, height } of lines) {
      if (text !== "") page.texts.push({ text, left, face, size, baseline: top + size * ascent });
      top += height;
    }
  };
  /** Within a table the page ends with the sum so far, and the next one begins with the head and that sum. */
  const turnPage = () => {
    const { table, net } = open ?? {};
    if (table === undefined || net === undefined) return startPage();
    placeWhole(table.carriedForward(net));
    startPage();
    placeWhole(table.head);
    placeWhole(table.broughtForward(net));
  };
  const placeRow = ({ row, cells, height }: SetRow, needed: number) => {
    if (y + needed > bottom && (height <= (paper.bottom - paper.top) * unbrokenPart || y + row.space + firstLine(cells) > bottom))
      turnPage();
    beginRow(row);
    if (row.line && open) open.net += row.line.net;
    let left = cells;
    while (left.some((lines) => lines.length > 0)) {
      const taken = left.map((lines) => fitting(lines, bottom - y));
      if (taken.every((count) => count === 0)) {
        turnPage();
        continue;
      }
      const placed = left.map((lines, index) => lines.slice(0, taken[index]));
      for (const lines of placed) placeLines(lines);
      y += Math.max(...placed.map(heightOf));
      left = left.map((lines, index) => lines.slice(taken[index]));
      if (left.some((lines) => lines.length > 0)) turnPage();
    }
  };

  startPage();
  const set = rows.map((row) => setRow(row, setting));
  for (const [index, each] of set.entries()) {
    const { line } = each.row;
    if (open?.table !== line?.table) {
      open = undefined;
      bottom = paper.bottom;
      if (line) {
        const head = setRow(line.table.head, setting);
        if (y + fullHeight(head) + fullHeight(each) + reserved(line.table, setting) > bottom && y > paper.top) startPage();
        placeWhole(line.table.head);
        open = { table: line.table, net: 0n };
        bottom = paper.bottom - reserved(line.table, setting);
      }
    }
    placeRow(each, neededFor(set, index));
  }
  return pages;
}

/** The height that a row has to find: its own, and of what it leads. */
function neededFor(set: readonly SetRow[], index: number): number {
  const each = set[index];
  if (each === undefined) return 0;
  return fullHeight(each) + (each.row.leads ? neededFor(set, index + 1) : 0);
}

function fullHeight({ row, height }: SetRow): number {
  return row.space + height;
}

function reserved(table: Table, setting: Setting): number {
  return fullHeight(setRow(table.carriedForward(0n), setting));
}

function firstLine(cells: SetRow["cells"]): number {
  return Math.max(0, ...cells.map((lines) => lines[0]?.height ?? 0));
}

function heightOf(lines: readonly SetLine[]): number {
  return lines.reduce((sum, { height }) => sum + height, 0);
}

function fitting(lines: readonly SetLine[], height: number): number {
  let used = 0;
  const tooMany = lines.findIndex((line) => (used += line.height) > height);
  return tooMany === -1 ? lines.length : tooMany;
}

function setRow(row: Row, setting: Setting): SetRow {
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
