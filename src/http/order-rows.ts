import { type Row, stored } from "./catalogue-row.ts";

/** What can be told about orders that were placed, the questions about them, their shipments and what stops them. */
export const orderRows = {
  "acceptance-empty": stored(
    422,
    "never",
    "Nothing would be accepted",
    "Not one unit of the order would be delivered.",
    "Reject the order instead, or accept at least one unit.",
  ),
  "promise-out-of-bounds": stored(
    422,
    "new_key",
    "The promised day is out of bounds",
    "A day is promised from today on, by the seller's calendar, and at most two years ahead; `earliest` and `latest` tell the bounds.",
    "Promise a day between the two, under a new key.",
  ),
  "request-open": stored(
    409,
    "new_key",
    "The same was asked already",
    "A question of this kind about the order waits for its answer; `request` names it.",
    "Wait for the answer, or withdraw that question first and use a new key.",
  ),
  "units-not-open": stored(
    409,
    "new_key",
    "The units are not open",
    "More units of a line are asked for than are neither packed, shipped nor cancelled; `lines` tells how many are open.",
    "Ask for as many as are open, under a new key; what is packed is open again when its shipment is cancelled.",
  ),
  "units-packed": stored(
    409,
    "new_key",
    "The units are packed",
    "Units that are asked for stand in a parcel that is packed; `shipments` names it.",
    "Have the shipment cancelled first, then use a new key; or ask for what is open.",
  ),
  "units-not-in-shipment": stored(
    409,
    "never",
    "So many units were not in the shipment",
    "More units would come back than were sent; `lines` tells what was.",
    "Count again and send what came back.",
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
  // Not stored: when the operator has entered the rate, the same key goes on.
  "tax-rate-missing": {
    ...stored(
      409,
      "never",
      "The tax of the goods is not known",
      "On the day of supply (`supplied_on`, in the seller's time zone) the country of dispatch has no rate for these tax categories, or one that decides nothing about what was agreed. Nothing was done.",
      "Ask the operator to enter the rate; then send the same again under the same key.",
    ),
    ...{ final: false, retry: "same_key" },
  },
  "delivered-at-out-of-bounds": stored(
    422,
    "new_key",
    "It cannot have arrived then",
    "A shipment arrives after it was shipped and not in the future: between `earliest` and `latest`.",
    "Correct `delivered_at`, leave it out, or say it when it has come to pass; then use a new key.",
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
    "The order is stopped",
    "A hold or a suspension of the operator stops the order: its own, its seller's or its company's; `stops` says which. Its deadlines stand still.",
    "Ask the operator; when nothing stops the order any more, do this under a new key.",
  ),
  "hold-released": stored(
    409,
    "never",
    "The hold was released",
    "A hold is released once; `released_at` says when.",
    "Place another hold if it is to stop again.",
  ),
} as const satisfies Record<string, Row>;
