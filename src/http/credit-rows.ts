import { type Row, stored } from "./catalogue-row.ts";

/** What can be told about crediting invoices and writing them off. */
export const creditRows = {
  "not-left-to-credit": stored(
    409,
    "new_key",
    "So much is not left to credit",
    "More is to be credited than is left of the invoice, of a line or of a tax group of it, or nothing at all; `reason` says what, `left` how much there is.",
    "Ask for what is left, under a new key. What is written off can be credited when its write-off is undone.",
  ),
  "not-left-to-write-off": stored(
    409,
    "new_key",
    "So much is not open",
    "More is to be written off than is open of the invoice, in its currency, or nothing is open; `open` tells what is.",
    "Ask for what is open, under a new key.",
  ),
  "write-off-undone": stored(
    409,
    "never",
    "The write-off was undone",
    "A write-off is undone once.",
    "Write off what is open anew if it is not to be paid after all.",
  ),
} as const satisfies Record<string, Row>;
