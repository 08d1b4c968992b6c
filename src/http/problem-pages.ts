import { problemRows, type RefusalCode, rowOf } from "./problem-rows.ts";
import type { Row } from "./catalogue-row.ts";

const retrySentences = {
  same_key: "Yes: send the same request again, with the same `Idempotency-Key`. It cannot take effect twice.",
  new_key:
    "Not under this key: this answer is stored under it and comes back. When the facts have changed, or the request, send it under a new `Idempotency-Key`.",
  never: "Not as it is: the same request would be refused again.",
} as const;

/** The page that a problem's `type` leads to: what happened, whether to try again, what to change. Undefined for an unknown code. */
export function problemPage(code: string): string | undefined {
  const row = rowOf(code);
  return row === undefined ? undefined : pageOf(code, row);
}

function pageOf(code: string, { title, status, detail, change, retry, final }: Row): string {
  const kept = final
    ? "The answer is stored under the request's `Idempotency-Key`: a repeat gets it again, with `Idempotent-Replayed: true` and `decided_at`."
    : "The answer is not stored: nothing had begun, and the `Idempotency-Key` is free.";
  return [
    `# ${title}`,
    "",
    `\`${code}\` · HTTP ${status} · retry: \`${retry}\``,
    "",
    "## What happened",
    detail,
    "",
    "## Whether to try again",
    retrySentences[retry],
    "",
    kept,
    "",
    "## What to change",
    change,
    "",
  ].join("\n");
}

/** All pages by file name, and the list of them. */
export function problemPages(): ReadonlyMap<string, string> {
  const codes = Object.keys(problemRows).sort() as RefusalCode[];
  const index = [
    "# Problems",
    "",
    "Every error of the API is a problem document (RFC 9457). These are its codes; each page says what happened and what to do.",
    "",
    "| code | status | stored | retry | meaning |",
    "| --- | --- | --- | --- | --- |",
    ...codes.map((code) => {
      const { status, final, retry, title } = problemRows[code];
      return `| [${code}](${code}.md) | ${status} | ${final ? "yes" : "no"} | ${retry} | ${title} |`;
    }),
    "",
  ].join("\n");
  return new Map([["README.md", index], ...codes.map((code): [string, string] => [`${code}.md`, pageOf(code, problemRows[code])])]);
}
