import { type Row, stored } from "./catalogue-row.ts";

/** What money can be told: lines of the bank, what they are taken for, and the funds of companies. */
export const paymentRows = {
  "payment-currency-differs": stored(
    422,
    "new_key",
    "The currency of the money differs",
    "What came in has another currency than what it is for: `currency` is asked for, `received` is what came.",
    "Name what has the currency of the money, under a new key.",
  ),
  "bank-reference-used": stored(
    422,
    "never",
    "The bank reference was used",
    "A booking with this reference of the bank is known already; one movement of money counts once.",
    "Look at the bank lines: it is recorded, or a statement has told it.",
  ),
  "bank-statement-unreadable": stored(
    422,
    "new_key",
    "The bank statement cannot be read",
    "The file is not a bank statement as it has to be; `reason` says why, and the other members where. Nothing of it was taken.",
    "Get the statement from the bank again, or correct what is named, and send it under a new key.",
  ),
  "bank-statement-unbalanced": stored(
    422,
    "new_key",
    "The bank statement does not add up",
    "Opening balance and entries of a statement do not make its closing balance; `difference_text` tells by how much. Nothing was taken.",
    "Get the statement from the bank again: entries are missing in it, or are there twice.",
  ),
  "funds-short": stored(
    409,
    "new_key",
    "There are not enough funds",
    "More is asked for than the company has in free funds, or than is left of the line; `available` tells what there is.",
    "Ask for what is available at most, under a new key.",
  ),
  "allocation-refused": stored(
    409,
    "new_key",
    "The money cannot be taken for this",
    "Something that was named cannot take the money; `errors` say which and why.",
    "Read what is open of it, and name what fits under a new key.",
  ),
} as const satisfies Record<string, Row>;
