import type { Refusal } from "../kernel/refusal.ts";
import { rowOf } from "./problem-rows.ts";
import type { Row } from "./catalogue-row.ts";
import type { JsonValue } from "./json.ts";

export type { RefusalCode } from "./problem-rows.ts";

/** One field that is wrong: where it stands (RFC 6901) and what is wrong with it. */
export type FieldError = { readonly pointer: string; readonly detail: string };

/** A problem document (RFC 9457) and its status. */
export type Problem = { readonly status: number; readonly final: boolean; readonly body: { readonly [member: string]: JsonValue } };

/** The media type of problem documents. */
export const problemType = "application/problem+json";

/** Members that the frame writes; a refusal's fact of such a name would be lost, so it is a fault. */
const reserved = new Set(["type", "title", "status", "retry", "instance"]);

/**
 * The problem document of a refusal: its row, its own `detail` or the row's, one entry in `errors` for its `pointer`, and its other
 * facts as members. Undefined when its code has no row: the thrower has made a mistake, and the answer is a fault.
 */
export function problemOf(refusal: Refusal, requestId: string): Problem | undefined {
  const row = rowOf(refusal.code);
  if (row === undefined || Object.keys(refusal).some((name) => reserved.has(name))) return undefined;
  const { code, detail, pointer, errors, ...facts } = refusal as Refusal & {
    detail?: string;
    pointer?: string;
    errors?: readonly FieldError[];
  };
  const said = detail ?? row.detail;
  const fields = errors ?? (pointer === undefined ? undefined : [{ pointer, detail: said }]);
  return {
    status: row.status,
    final: row.final,
    body: {
      ...head(code, row, said, requestId),
      ...(fields === undefined ? {} : { errors: fields.map((field) => ({ ...field })) }),
      ...facts,
    },
  };
}

function head(code: string, row: Row, detail: string, requestId: string) {
  const { title, status, retry } = row;
  return { type: `/problems/${code}`, title, status, detail, code, retry, instance: `urn:request:${requestId}` };
}
