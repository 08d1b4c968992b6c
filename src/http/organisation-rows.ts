import { type Row, stored } from "./catalogue-row.ts";

/** What can be told about sellers and companies, their members, keys and credit accounts. */
export const organisationRows = {
  "seller-incomplete": stored(
    409,
    "new_key",
    "The seller lacks facts",
    "Whoever sells has a tax number, a mandate for invoices in its name, and a series prefix; `missing` names what is not there.",
    "The seller records what `missing` names, in its profile or by `POST /v1/seller/mandate`, with a key that the operator gives it; then ask again under a new key.",
  ),
  "operator-profile-missing": stored(
    409,
    "new_key",
    "The operator's profile is missing",
    "Sellers' invoices name the operator that collects for them, commission is taxed by its country, and it has not said who it is.",
    "The operator gives its profile by `PUT /v1/operator/profile`; then ask again under a new key.",
  ),
  "series-prefix-taken": stored(
    409,
    "new_key",
    "The series prefix is taken",
    "The numbers of another seller's documents, or of the operator's, begin with this prefix.",
    "Choose another prefix, under a new key; until it sells a seller may leave its own.",
  ),
  "series-prefix-fixed": stored(
    409,
    "never",
    "The series prefix stays",
    "Documents are numbered under their issuer's prefix, so a seller's stays once the seller was active, and the operator's once it has issued one; `series_prefix` tells it.",
    "Send the profile with the prefix that it has.",
  ),
  "home-country": stored(
    422,
    "new_key",
    "It is the organisation's own country",
    "The tax number of the country of the address stands in the profile; beside it stand those of further countries.",
    "Change the profile instead; when the organisation has moved, use a new key.",
  ),
  "orders-open": stored(
    409,
    "new_key",
    "Orders are open",
    "Something is still to be done about `count` orders; `orders` names the oldest.",
    "Let them come to their end, or suspend with the reach `cancel`; then use a new key.",
  ),
  "payables-open": stored(
    409,
    "new_key",
    "Money is open",
    "Something is still due to the seller or from it, or its commission statement is open; `currencies` names the currencies.",
    "Pay out what is payable, let what is pending be settled or credited, and close the commission statement; then use a new key.",
  ),
  "credit-account-exists": stored(
    409,
    "never",
    "The credit account exists",
    "The company has a credit account in this currency already.",
    "Change its limit instead.",
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
  "last-operator-admin": stored(
    409,
    "new_key",
    "The last admin key stays",
    "Without this key nobody could administer the market.",
    "Make another key with the role admin first, then do this under a new idempotency key.",
  ),
} as const satisfies Record<string, Row>;
