import type { OnHold } from "../flows/refuse-stopped.ts";
import type { PlaceRefusal } from "../flows/place-checkouts/index.ts";
import type { CatalogRefusal } from "../modules/catalog/index.ts";
import type { CompanyRefusal } from "../modules/companies/index.ts";
import type { HoldRefusal } from "../modules/holds/index.ts";
import type { IdentityRefusal } from "../modules/identity/index.ts";
import type { StockOperationRefusal } from "../modules/inventory/index.ts";
import type { OrderRefusal, ShipmentRefusal } from "../modules/orders/index.ts";
import type { PaymentRefusal } from "../modules/payments/index.ts";
import type { PricingRefusal } from "../modules/pricing/index.ts";
import type { SellerRefusal } from "../modules/sellers/index.ts";
import type { AnswerNoLongerAvailable } from "../platform/sealing/index.ts";
import type { Overloaded } from "../platform/db/index.ts";
import type { RequestInFlight } from "../platform/idempotency/index.ts";
import type { StateConflict } from "../platform/lifecycle/index.ts";
import type { Row } from "./catalogue-row.ts";
import type { frameRows } from "./frame-rows.ts";

function stored(status: 402 | 409 | 422, retry: "new_key" | "never", title: string, detail: string, change: string): Row {
  return { status, title, final: true, retry, detail, change };
}

/** Every expected no that a floor below can say. */
type KnownRefusal =
  | PlaceRefusal
  | CatalogRefusal
  | CompanyRefusal
  | HoldRefusal
  | OnHold
  | IdentityRefusal
  | StockOperationRefusal
  | OrderRefusal
  | ShipmentRefusal
  | PaymentRefusal
  | PricingRefusal
  | SellerRefusal
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
  "credit-account-closed": stored(
    409,
    "new_key",
    "The credit account is closed",
    "The operator has closed the company's credit account in this currency.",
    "Pay another way, or ask the operator to open it again; then use a new key.",
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
    "The tax of this sale cannot be decided, so it is refused rather than taxed wrongly; `reason` tells what is missing or not supported.",
    "See to what `reason` names: a rate of the operator's table, a tax number, its check; or buy from a seller in the country of delivery.",
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
    "After this less would be there than is promised, or less than nothing on hand; each of `lines` names the `orders` that hold it, and what each would have to give up.",
    "Cancel what `orders` names, or have the newest give up by `shortfall` where the command takes it, or ask for less, under a new key.",
  ),
  "units-packed": stored(
    409,
    "new_key",
    "The units are packed",
    "Units that are asked for stand in a parcel that is packed; `shipments` names it.",
    "Have the shipment cancelled first, then use a new key; or ask for what is open.",
  ),
  "request-open": stored(
    409,
    "new_key",
    "The same was asked already",
    "A question of this kind about the order waits for its answer; `request` names it.",
    "Wait for the answer, or withdraw that question first and use a new key.",
  ),
  "acceptance-empty": stored(
    422,
    "never",
    "Nothing would be accepted",
    "No line would be delivered, not in part.",
    "Reject the order instead, or accept at least one unit.",
  ),
  "promise-out-of-bounds": stored(
    422,
    "never",
    "The promised day is out of bounds",
    "A day is promised from today on, by the seller's calendar, and at most two years ahead; `earliest` and `latest` tell the bounds.",
    "Promise a day between the two.",
  ),
  "units-not-open": stored(
    409,
    "new_key",
    "The units are not open",
    "More units of a line are asked for than are neither packed, shipped nor cancelled; `lines` tells how many are open.",
    "Ask for as many as are open, under a new key; what is packed is open again when its shipment is cancelled.",
  ),
  "dispatch-country-differs": stored(
    422,
    "never",
    "The location is in another country",
    "An order is dispatched from one country, by which its tax was decided; the location named is in another one.",
    "Choose a location in `dispatch_country`.",
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
    "The last admin key stays",
    "Without this key nobody could administer the market.",
    "Make another key with the role admin first, then do this under a new idempotency key.",
  ),
  "goods-not-on-hand": stored(
    409,
    "new_key",
    "The goods are not on hand",
    "More units are in the shipment than are on hand where it leaves from; `lines` tells what is.",
    "Receive the goods, or pack less; then ship under a new key.",
  ),
  "promised-to-older": stored(
    409,
    "new_key",
    "Older orders wait for these goods",
    "Of what is on hand the units in the shipment are promised to orders that were placed before; `lines` tells how many.",
    "Ship those first, receive more goods, or send `force` with a reason; then use a new key.",
  ),
  "units-not-in-shipment": stored(
    409,
    "never",
    "So many units were not in the shipment",
    "More units would come back than were sent; `lines` tells what was.",
    "Count again and send what came back.",
  ),
  "delivered-at-out-of-bounds": stored(
    422,
    "never",
    "It cannot have arrived then",
    "A shipment arrives after it was shipped and not in the future: between `earliest` and `latest`.",
    "Correct `delivered_at`, or leave it out.",
  ),
  "too-many-shipments": stored(
    409,
    "never",
    "The order has had too many shipments",
    "An order has at most `most` shipments, cancelled ones among them.",
    "Put more into one shipment.",
  ),
  "on-hold": stored(
    409,
    "new_key",
    "The order is on hold",
    "The operator has stopped the order, its seller or its company; `stops` says which. Its deadlines stand still.",
    "Ask the operator; when nothing stops the order any more, do this under a new key.",
  ),
  "hold-released": stored(
    409,
    "never",
    "The hold was released",
    "A hold is released once; `released_at` says when.",
    "Place another hold if it is to stop again.",
  ),
  "last-owner": stored(
    409,
    "new_key",
    "The last owner stays",
    "Without this member nobody of the organisation could say who acts for it.",
    "Make another member an owner first, then do this under a new idempotency key.",
  ),
  "member-removed": stored(
    409,
    "never",
    "The member was removed",
    "A membership that has ended is not taken up again.",
    "Add the person as a new member.",
  ),
  "sku-taken": stored(
    409,
    "never",
    "The SKU is taken",
    "A variant with this SKU exists; SKUs are unique in the catalogue.",
    "Use the variant that exists, or another SKU.",
  ),
  "gtin-taken": stored(
    409,
    "never",
    "The GTIN is taken",
    "A variant with this GTIN exists, in whatever length it is written; a GTIN names one variant of the catalogue.",
    "Use the variant that exists, or correct the GTIN.",
  ),
  "gtin-invalid": stored(
    422,
    "never",
    "The GTIN is wrong",
    "A GTIN has eight, twelve, thirteen or fourteen digits, of which the last one checks the others (GS1 General Specifications, 7.9.1).",
    "Correct what `errors` points at; a digit is likely mistyped.",
  ),
  "variants-missing": stored(
    422,
    "never",
    "Variants of the product are left out",
    "A product is said anew with all of its variants; `skus` names those that are left out. Offers and orders are of them, so none is removed.",
    "Send them too. Whoever sells one no longer archives the offer.",
  ),
  "too-many-variants": stored(
    422,
    "never",
    "The product would have too many variants",
    "A product has at most `most` variants.",
    "Make another product of some of them.",
  ),
  "category-circle": stored(
    422,
    "never",
    "The category would lie below itself",
    "The parent is the category itself or lies below it.",
    "Choose another parent, or move that one away first.",
  ),
  "category-too-deep": stored(
    422,
    "never",
    "The category would lie too deep",
    "From the root down there are at most `deepest` categories, those below the one that is moved included.",
    "Choose a parent that is nearer to the root.",
  ),
  "too-many-categories": stored(
    409,
    "never",
    "There are too many categories",
    "There are `most` categories, as many as there may be.",
    "Use one that exists, and attributes for what is finer.",
  ),
  "offers-state-conflict": stored(
    409,
    "never",
    "The state of some offers does not allow this",
    "All offers of the command take the step or none; `offers` names those whose state does not allow it, and what it allows. Nothing was changed.",
    "Send the command without them.",
  ),
  "company-inactive": stored(
    409,
    "new_key",
    "The company may not buy now",
    "The company is not active, or the operator holds it: `state` and `on_hold` say which.",
    "Ask the operator; place it again when the company is active.",
  ),
  "seller-inactive": stored(
    409,
    "new_key",
    "A seller may not sell now",
    "The sellers of the `lines` are not active, or the operator holds them.",
    "Leave these lines out, or buy from other sellers.",
  ),
  "offer-inactive": stored(
    409,
    "new_key",
    "An offer cannot be bought now",
    "The offers of the `lines` are paused, archived, or of a product that is withdrawn.",
    "Leave these lines out, or choose other offers.",
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
  "tax-rate-ended": stored(
    409,
    "never",
    "The tax rate has an end",
    "The rate has an end already; `valid_until` tells it. What was announced is not moved.",
    "Enter another rate that begins where this one ends.",
  ),
  "freight-plan-retired": stored(
    409,
    "never",
    "The freight plan is retired",
    "A freight plan that is retired does not change any more.",
    "Make a new plan; it may have the name of this one.",
  ),
  "freight-not-available": stored(
    409,
    "new_key",
    "The seller's freight plans do not price this delivery",
    "The seller delivers by freight plans, and none of them prices this order: `reason` tells why.",
    "Have it delivered elsewhere, or ask for less in one order, or ask the seller for a plan; then use a new key.",
  ),
  "seller-incomplete": stored(
    409,
    "new_key",
    "The seller lacks facts",
    "Whoever sells has a tax number, a mandate for invoices in its name, and a series prefix; `missing` names what is not there.",
    "Record what `missing` names, then ask again under a new key.",
  ),
  "orders-open": stored(
    409,
    "new_key",
    "Orders are open",
    "Something is still to be done about `count` orders; `orders` names the oldest.",
    "Let them come to their end, or suspend with the reach `cancel`; then use a new key.",
  ),
  "home-country": stored(
    422,
    "never",
    "It is the organisation's own country",
    "The tax number of the country of the address stands in the profile; beside it stand those of further countries.",
    "Change the profile instead.",
  ),
  "series-prefix-taken": stored(
    409,
    "never",
    "The series prefix is taken",
    "The numbers of another seller's documents begin with this prefix.",
    "Choose another prefix.",
  ),
} as const satisfies Record<Exclude<KnownRefusal["code"], keyof typeof frameRows>, Row>;
