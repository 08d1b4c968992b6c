import { type Row, stored } from "./catalogue-row.ts";

/** What can be told about documents of trade. */
export const paperRows = {
  "not-representable": stored(
    422,
    "never",
    "The document cannot be said in UBL",
    "EN 16931 has no way to say this document: `broken` names the rules that it would break.",
    "Read it as JSON or as PDF: both say all of it.",
  ),
} as const satisfies Record<string, Row>;
