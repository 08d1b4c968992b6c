import type { Face } from "./typeface.ts";

/** Points. A4, with margins that every printer can do. */
export const paper = { width: 595.28, height: 841.89, left: 42, right: 553, top: 62, bottom: 792 } as const;

/** A text of its own lines; `size` is points. What is `whole` is never broken but set smaller until it fits: a number. */
export type Paragraph = { readonly text: string; readonly face: Face; readonly size: number; readonly whole?: boolean };

/** Paragraphs below one another in a column. `left`, from the edge of the paper, and `width` are points. */
export type Cell = {
  readonly left: number;
  readonly width: number;
  readonly align: "left" | "right";
  readonly paragraphs: readonly Paragraph[];
};

/** A table that goes on over pages: its head stands on each of them, and sums are carried from page to page. */
export type Table = {
  readonly head: Row;
  readonly carriedForward: (net: bigint) => Row;
  readonly broughtForward: (net: bigint) => Row;
};

/** Cells beside one another. `space` is what stays free above it, in points; `rule` draws a line above it. */
export type Row = {
  readonly cells: readonly Cell[];
  readonly space: number;
  readonly rule: boolean;
  /** The table that it is a line of, and what it adds to the sum that is carried. */
  readonly line?: { readonly table: Table; readonly net: bigint };
  /** Whether it is nothing without the row after it, as a heading is. */
  readonly leads?: boolean;
};

/** Points: of labels and of what stands beside a fact. */
export const smallSize = 7;

/** A text in the usual face, of so many points. */
export function text(text: string, size = 8.5): Paragraph {
  return { text, size, face: "regular" };
}

/** A text in the bold face, of so many points. */
export function bold(text: string, size = 8.5): Paragraph {
  return { text, size, face: "bold" };
}

/** A number: never broken, set smaller than so many points where its column is too narrow. */
export function number(text: string, face: Face = "regular", size = 8.5): Paragraph {
  return { text, size, face, whole: true };
}

/** A cell whose lines begin at its left; `left`, from the edge of the paper, and `width` are points. */
export function leftAligned(left: number, width: number, ...paragraphs: readonly Paragraph[]): Cell {
  return { left, width, align: "left", paragraphs };
}

/** A cell whose lines end at its right; `left`, from the edge of the paper, and `width` are points. */
export function rightAligned(left: number, width: number, ...paragraphs: readonly Paragraph[]): Cell {
  return { left, width, align: "right", paragraphs };
}
