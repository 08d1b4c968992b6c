import { businessRows } from "./business-rows.ts";
import type { Row } from "./catalogue-row.ts";
import { frameRows } from "./frame-rows.ts";

/** Every problem of the API, by its code. */
export const problemRows = { ...frameRows, ...businessRows } as const;

export type RefusalCode = keyof typeof problemRows;

/** The row of a code; undefined for text that is no code. */
export function rowOf(code: string): Row | undefined {
  return Object.hasOwn(problemRows, code) ? problemRows[code as RefusalCode] : undefined;
}
