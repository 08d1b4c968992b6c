import { paper, type Row, type Table } from "./rows.ts";
import { fitting, fullHeight, heightOf, type SetLine, setRow, type SetRow, type Setting } from "./set-rows.ts";
import type { Face } from "./typeface.ts";

/** One line of text in its place: `left` is where it begins, `baseline` what it stands on, in points from the upper left corner. */
export type PlacedText = {
  readonly text: string;
  readonly left: number;
  readonly baseline: number;
  readonly face: Face;
  readonly size: number;
};

/** `rules` are the heights of lines across the page. */
export type Page = { readonly texts: readonly PlacedText[]; readonly rules: readonly number[] };

/** How far below the top of a line its letters stand, in parts of their size. */
const ascent = 1.02;

/** A row higher than this part of a page is begun where it stands and broken; a lower one is put on the next page as a whole. */
const unbrokenPart = 0.4;

/** Pages that are filled from top to bottom. Inside a table each page ends and begins with the sum so far. */
export class Sheets {
  readonly #setting: Setting;
  readonly #full: Page[] = [];
  #texts: PlacedText[] = [];
  #rules: number[] = [];
  #y: number = paper.top;
  #open: { readonly table: Table; readonly bottom: number; net: bigint } | undefined;

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  /** The pages that are full and were not taken before. */
  takeFull(): Page[] {
    return this.#full.splice(0);
  }

  /** All that are left, the last one included. */
  takeLast(): Page[] {
    this.#startPage();
    return this.takeFull();
  }

  /**
   * @param needed - the height that has to be there, of the row and what belongs below it
   */
  place(set: SetRow, needed: number): void {
    const { row, cells, height } = set;
    if (row.line?.table !== this.#open?.table) this.#turnToTable(row.line?.table, set);
    const isKept = height <= (paper.bottom - paper.top) * unbrokenPart;
    const first = row.space + Math.max(0, ...cells.map(([line]) => line?.height ?? 0));
    if (this.#y > paper.top && this.#y + (isKept ? needed : first) > this.#bottom) this.#turnPage();
    this.#begin(row);
    // The number stands on the page where the row begins.
    if (row.line && this.#open) this.#open.net += row.line.net;
    this.#placeLines(cells);
  }

  get #bottom(): number {
    return this.#open?.bottom ?? paper.bottom;
  }

  #startPage(): void {
    this.#full.push({ texts: this.#texts, rules: this.#rules });
    this.#texts = [];
    this.#rules = [];
    this.#y = paper.top;
  }

  #turnPage(): void {
    if (this.#open === undefined) return this.#startPage();
    const { table, net } = this.#open;
    this.#placeWhole(table.carriedForward(net));
    this.#startPage();
    this.#placeWhole(table.head);
    this.#placeWhole(table.broughtForward(net));
  }

  /** Begins a table, or ends the one before. A head does not stand alone at the foot of a page. */
  #turnToTable(table: Table | undefined, first: SetRow): void {
    this.#open = undefined;
    if (table === undefined) return;
    const sum = fullHeight(setRow(table.carriedForward(0n), this.#setting));
    const head = fullHeight(setRow(table.head, this.#setting));
    if (this.#y > paper.top && this.#y + head + fullHeight(first) + sum > paper.bottom) this.#startPage();
    this.#placeWhole(table.head);
    this.#open = { table, bottom: paper.bottom - sum, net: 0n };
  }

  #begin(row: Row): void {
    this.#y += row.space;
    if (row.rule) this.#rules.push(this.#y - row.space / 2);
  }

  #placeWhole(row: Row): void {
    const { cells, height } = setRow(row, this.#setting);
    this.#begin(row);
    for (const lines of cells) this.#write(lines);
    this.#y += height;
  }

  /** As many lines of each cell as fit, and the others on the next page. */
  #placeLines(cells: SetRow["cells"]): void {
    let left = cells;
    while (left.some((lines) => lines.length > 0)) {
      const placed = left.map((lines) => lines.slice(0, fitting(lines, this.#bottom - this.#y)));
      for (const lines of placed) this.#write(lines);
      this.#y += Math.max(...placed.map(heightOf));
      left = left.map((lines, index) => lines.slice(placed[index]?.length));
      if (left.some((lines) => lines.length > 0)) this.#turnPage();
    }
  }

  #write(lines: readonly SetLine[]): void {
    let top = this.#y;
    for (const { text, left, face, size, height } of lines) {
      if (text !== "") this.#texts.push({ text, left, face, size, baseline: top + size * ascent });
      top += height;
    }
  }
}
