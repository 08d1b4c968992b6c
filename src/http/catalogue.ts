import { businessRows } from "./business-rows.ts";
import type { Row } from "./catalogue-row.ts";
import { frameRows } from "./frame-rows.ts";

/** The error catalogue. */
export const catalogue = { ...frameRows, ...businessRows } as const;

export type RefusalCode = keyof typeof catalogue;

/** The row of a code; undefined for text that is no code. */
export function rowOf(code: string): Row | undefined {
  return Object.hasOwn(catalogue, code) ? catalogue[code as RefusalCode] : undefined;
}
