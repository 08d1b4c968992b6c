import type { PlaceRefusal } from "../flows/place-checkouts/index.ts";
import type { CatalogRefusal } from "../modules/catalog/index.ts";
import type { CompanyRefusal } from "../modules/companies/index.ts";
import type { IdentityRefusal } from "../modules/identity/index.ts";
import type { StockOperationRefusal } from "../modules/inventory/index.ts";
import type { PaymentRefusal } from "../modules/payments/index.ts";
import type { PricingRefusal } from "../modules/pricing/index.ts";
import type { AnswerNoLongerAvailable } from "../platform/sealing/index.ts";
import type { Overloaded } from "../platform/db/index.ts";
import type { RequestInFlight } from "../platform/idempotency/index.ts";
import type { StateConflict } from "../platform/lifecycle/index.ts";

/** How a problem may be tried again: unchanged under its key, under a new key (its answer is stored), or not without a change. */
export type Retry = "same_key" | "new_key" | "never";

/** What the catalogue says of a code. `final` answers are stored under the idempotency key. */
export type Row = {
  readonly status: number;
  readonly title: string;
  readonly final: boolean;
  readonly retry: Retry;
  /** One or two sentences: what happened. Also the problem's `detail` unless the refusal brings its own. */
  readonly detail: string;
  /** What the caller can change. */
  readonly change: string;
};

function notStored(status: number, retry: Retry, title: string, detail: string, change: string): Row {
  return { status, title, final: false, retry, detail, change };
}

function stored(status: 402 | 409 | 422, retry: "new_key" | "never", title: string, detail: string, change: string): Row {
  return { status, title, final: true, retry, detail, change };
}

/**
 * Every no of the API, one row per code: the only place where a status is chosen. The rows for what happens before an operation begins.
 * Nothing of them is stored under a key, since nothing had begun.
 */
export const frameRows = {
  "request-invalid": notStored(
    400,
    "never",
    "The request is not valid",
    "The request is not what this operation takes; `errors` names each field.",
    "Correct the fields that `errors` points at. The same idempotency key can be used again.",
  ),
  "idempotency-key-missing": notStored(
    400,
    "never",
    "An idempotency key is missing",
    "This operation writes, so it needs the header `Idempotency-Key`.",
    "Send an `Idempotency-Key` of 1 to 255 visible ASCII characters, a new one for each new intention, the same one for each repeat.",
  ),
  "idempotency-key-malformed": notStored(
    400,
    "never",
    "The idempotency key is malformed",
    "`Idempotency-Key` is not 1 to 255 visible ASCII characters, bare or in double quotes.",
    "Send the header once, with 1 to 255 characters between `!` and `~`.",
  ),
  unauthenticated: notStored(
    401,
    "same_key",
    "The caller is not known",
    "The request carries no API key, or one that is malformed, unknown or revoked.",
    "Send `Authorization: Bearer stoa_…` with a key that is in force.",
  ),
  forbidden: notStored(
    403,
    "never",
    "The caller may not do this",
    "The API key is in force, but its organisation or role may not call this operation.",
    "Use a key of the organisation this tree is for, with a role that the reference lists.",
  ),
  "not-found": notStored(
    404,
    "never",
    "There is nothing here",
    "Nothing that this caller can see stands at this path.",
    "Check the path and the id. An id of another organisation and one that never was get this same answer.",
  ),
  "method-not-allowed": notStored(
    405,
    "never",
    "The method is not allowed here",
    "This path exists, but not with this method; the header `Allow` lists those it has.",
    "Use one of the methods in `Allow`.",
  ),
  "request-timeout": notStored(
    408,
    "same_key",
    "The request came too slowly",
    "The request was not complete within the time the server waits for it.",
    "Send it again, with the same idempotency key.",
  ),
  "version-stale": notStored(
    412,
    "never",
    "The resource has changed since it was read",
    "`If-Match` names another version than the current one, which `current_version` tells.",
    "Read the resource again, decide again, and send its new `ETag`.",
  ),
  "body-too-large": notStored(
    413,
    "never",
    "The body is too large",
    "The body is larger than this operation takes: 1 MiB, or 4 MiB for bulk operations.",
    "Send less at once.",
  ),
  "uri-too-long": notStored(
    414,
    "never",
    "The path is too long",
    "The path, or one of its parts, is longer than any the server has.",
    "Check the path and the id.",
  ),
  "unsupported-media-type": notStored(
    415,
    "never",
    "The body is not JSON",
    "This operation takes `content-type: application/json`, in UTF-8 and without a content encoding.",
    "Send JSON, and say so in `content-type`.",
  ),
  "expectation-failed": notStored(
    417,
    "never",
    "The expectation cannot be met",
    "The header `Expect` asks for something other than `100-continue`.",
    "Leave the header out.",
  ),
  "headers-too-large": notStored(
    431,
    "never",
    "The headers are too large",
    "The request's headers are larger than 16 KiB.",
    "Send smaller headers.",
  ),
  "idempotency-key-reused": notStored(
    422,
    "never",
    "The idempotency key was used for another request",
    "The same key came with another path, query, body or `If-Match` before.",
    "Use a new key for a new request; to repeat the first one, send it unchanged.",
  ),
  "request-in-flight": notStored(
    409,
    "same_key",
    "The first request with this key is still under way",
    "Another request with the same key is being worked on.",
    "Wait as long as `Retry-After` says and send the same request with the same key again.",
  ),
  "answer-no-longer-available": notStored(
    409,
    "never",
    "The answer is no longer available",
    "The answer to this key showed a secret and can be repeated for one hour only; it took effect then.",
    "If the secret was lost, make a new one under a new key and revoke the old one.",
  ),
  overloaded: notStored(
    503,
    "same_key",
    "The server has too much to do",
    "The server takes no more work of this kind at the moment. Nothing was begun.",
    "Wait as long as `Retry-After` says and send the same request with the same key again.",
  ),
  "not-ready": notStored(
    503,
    "same_key",
    "The server is not ready",
    "The server is starting or stopping, or cannot reach its database. Nothing was begun that a repeat with the same key would do twice.",
    "Wait as long as `Retry-After` says and send the same request with the same key again.",
  ),
  fault: notStored(
    500,
    "same_key",
    "The server has made a mistake",
    "Something failed that should not; it was logged under the request's id.",
    "Send the same request with the same key again: it cannot take effect twice. If it fails again, report the request id.",
  ),
} as const satisfies Record<string, Row>;

/** Every expected no that a floor below can say. */
type KnownRefusal =
  | PlaceRefusal
  | CatalogRefusal
  | CompanyRefusal
  | IdentityRefusal
  | StockOperationRefusal
  | PaymentRefusal
  | PricingRefusal
  | AnswerNoLongerAvailable
  | Overloaded
  | RequestInFlight
  | StateConflict;

/** The noes of the business, one row for each that can be said and none more: decided on the facts, and stored, so that a repeat under the same key gets the same no. */
export const businessRows = {
  "unknown-reference": stored(
    422,
    "never",
    "The body names something that is not there",
    "An id or reference in the body names nothing that this caller can use.",
    "Correct what `errors` points at.",
  ),
  "state-conflict": stored(
    409,
    "never",
    "The state does not allow this",
    "What was asked for is not possible in the current state; `state` tells it and `allowed` what is possible.",
    "Read the resource and choose one of its `allowed_actions`.",
  ),
  "stock-short": stored(
    409,
    "new_key",
    "There is not enough stock",
    "At least one line asks for more than is available; `lines` tells what is. Nothing was reserved.",
    "Ask for less, or again later, under a new key.",
  ),
  "reference-taken": stored(
    409,
    "never",
    "The client reference is taken",
    "A live checkout has this client reference already; `checkout` names it.",
    "If it is the same purchase, read that checkout. Else choose another reference; after an end without confirmation send `replaces`.",
  ),
  "total-differs": stored(
    409,
    "new_key",
    "The total differs from the expected one",
    "The checkout's total is not `expected_total`; `total` tells what it is.",
    "Look at the prices again and send the new total, under a new key.",
  ),
  "credit-exceeded": stored(
    409,
    "new_key",
    "The credit limit does not suffice",
    "The total is more than what is left of the company's credit limit; `available` tells that.",
    "Buy less, pay another way, or ask the operator for a higher limit; then use a new key.",
  ),
  "no-credit-account": stored(
    422,
    "never",
    "There is no credit account",
    "The company has no credit account in this currency.",
    "Pay another way, or ask the operator for a credit account.",
  ),
  "quantity-below-minimum": stored(
    422,
    "never",
    "The quantity is below the offer's minimum",
    "A line asks for less than the offer's `minimum`.",
    "Ask for at least the minimum.",
  ),
  "quantity-off-step": stored(
    422,
    "never",
    "The quantity is not a multiple of the offer's step",
    "A line's quantity is not a multiple of its offer's `step`, the units in a pack.",
    "Ask for a quantity that the offer takes.",
  ),
  "currency-mismatch": stored(
    422,
    "never",
    "The currencies differ",
    "Two things that must have one currency have two; a checkout has one currency.",
    "Use offers, amounts and accounts of one currency.",
  ),
  "tax-not-supported": stored(
    422,
    "never",
    "The tax of this sale is not supported",
    "No tax rate of the operator's table covers this sale, so it is refused rather than taxed wrongly.",
    "Ask the operator for a rate, or buy from a seller that dispatches in the country of delivery.",
  ),
  "amount-too-large": stored(
    422,
    "never",
    "The amount is too large",
    "An amount would be beyond 2^53 - 1 minor units.",
    "Split the purchase.",
  ),
  "receipt-amount-differs": stored(
    422,
    "never",
    "The receipt's amount differs",
    "The amount received is not what the checkout is due for; `due` tells that.",
    "Check the amount on the bank's statement, and record the receipt that is exact.",
  ),
  "bank-reference-used": stored(
    422,
    "never",
    "The bank reference was used",
    "A receipt with this reference of the bank is recorded already; one movement of money counts once.",
    "Check whether the receipt is recorded already.",
  ),
  "stock-in-use": stored(
    409,
    "new_key",
    "The stock is promised",
    "After this adjustment less would be on hand than is promised, or less than nothing; each of `lines` names the `orders` that hold it.",
    "Cancel orders that hold the stock, or adjust by less, under a new key.",
  ),
  "stock-above-bound": stored(
    422,
    "never",
    "The stock would be beyond its bound",
    "A stock level cannot hold more than 1,000,000,000 units.",
    "Receive less.",
  ),
  "last-operator-admin": stored(
    409,
    "new_key",
    "The last admin key cannot be revoked",
    "Without this key nobody could administer the market.",
    "Make another key with the role admin first, then revoke this one under a new idempotency key.",
  ),
  "sku-taken": stored(
    409,
    "never",
    "The SKU is taken",
    "A variant with this SKU exists; SKUs are unique in the catalogue.",
    "Use the variant that exists, or another SKU.",
  ),
  "name-taken": stored(409, "never", "The name is taken", "Something of this kind has this name already.", "Choose another name."),
  "credit-account-exists": stored(
    409,
    "never",
    "The credit account exists",
    "The company has a credit account in this currency already.",
    "Change its limit instead.",
  ),
  "tax-rate-exists": stored(
    409,
    "never",
    "The tax rate exists",
    "The validity of a rate for this country and category meets the one asked for; `tax_rate` names it.",
    "Begin on another day, after the end of that rate; one without an end gives way to a later one by itself.",
  ),
} as const satisfies Record<Exclude<KnownRefusal["code"], keyof typeof frameRows>, Row>;

/** The error catalogue. */
export const catalogue = { ...frameRows, ...businessRows } as const;

export type RefusalCode = keyof typeof catalogue;

/** The row of a code; undefined for text that is no code. */
export function rowOf(code: string): Row | undefined {
  return Object.hasOwn(catalogue, code) ? catalogue[code as RefusalCode] : undefined;
}
