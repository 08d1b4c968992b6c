import { assert } from "../kernel/assert.ts";
import type { ShipmentId } from "../kernel/ids.ts";
import { allThatIsLeft, type Invoice, readSettlementsOfInvoices } from "../modules/invoices/index.ts";
import type { LedgerTransaction } from "../modules/ledger/index.ts";
import type { Shipment } from "../modules/orders/index.ts";
import type { Transaction } from "../platform/db/index.ts";
import { readChargedParcel, readCreditFacts } from "../views/credit-facts.ts";
import { creditInvoice, type Crediting, lockForCredit } from "./issue-credit-note.ts";
import type { OrderMeans } from "./lifecycle-events.ts";
import { type SettlingMeans, waitForPayment } from "./settle-invoices.ts";
import { takeBackWriteOff } from "./write-off-invoice.ts";

/** The locked invoice that a parcel's goods were charged with, and whether its freight is credited with them. */
export type ChargedGoods = { readonly invoice: Invoice; readonly shipmentId: ShipmentId; readonly withFreight: boolean };

/**
 * Locks the invoice of a parcel whose goods the company gets its money for: of one that replaces a lost one that of the first. Freight is
 * credited when nothing else of the order has left.
 *
 * Locks: credit account, company funds, invoice.
 *
 * @returns undefined for what left before there were invoices
 */
export async function lockChargedGoods(
  tx: Transaction,
  { sellerId, shipmentId }: Pick<Shipment, "sellerId" | "shipmentId">,
): Promise<ChargedGoods | undefined> {
  const { invoiceId, othersLeft } = await readChargedParcel(tx, { sellerId, shipmentId });
  const invoice = invoiceId === null ? undefined : await lockForCredit(tx, invoiceId);
  return invoice === undefined ? undefined : { invoice, shipmentId, withFreight: !othersLeft };
}

/**
 * Credits what is left of the goods of a parcel that did not come to the company. Of an invoice of which nothing is left there is no note.
 * Where what was written off stands in the way it is owed again first: who did not get the goods never owed it.
 *
 * Locks: seller balance, document series, deadline.
 */
export async function creditGoods(
  tx: Transaction,
  charged: ChargedGoods | undefined,
  cause: "lost" | "refused",
  means: OrderMeans,
): Promise<void> {
  if (charged === undefined) return;
  const { invoice, shipmentId: causeId, withFreight } = charged;
  const crediting: Crediting = {
    ...{ cause, causeId, reason: null },
    asked: (document, rest) => ({ ...allThatIsLeft(document, rest), allFreight: withFreight }),
  };
  const outcome = await creditInvoice(tx, invoice, crediting, means);
  if (outcome.ok || outcome.refusal.reason === "nothing_to_credit") return;
  assert(outcome.refusal.reason === "written_off", `what is left of an invoice is left: ${outcome.refusal.reason}`);
  const owed = await takeBackWriteOffs(tx, invoice, { ...means, cause });
  const credited = await creditInvoice(tx, owed.invoice, crediting, means, owed.bookings);
  assert(credited.ok, "what nobody wrote off is credited");
  if (credited.note.invoice.state !== "settled") await waitForPayment(tx, [credited.note.invoice], means.at);
}

/** Undoes all write-offs of a locked invoice that stand. */
async function takeBackWriteOffs(tx: Transaction, locked: Invoice, means: SettlingMeans) {
  const facts = await readCreditFacts(tx, locked);
  const standing = (await readSettlementsOfInvoices(tx, [locked])).filter(
    ({ source, undoes, undone }) => source === "write_off" && undoes === null && !undone,
  );
  let invoice = locked;
  const bookings: LedgerTransaction[] = [];
  for (const settlement of standing) {
    const undone = await takeBackWriteOff(tx, { invoice, facts, settlement }, means);
    invoice = undone.invoice;
    bookings.push(undone.booking);
  }
  return { invoice, bookings };
}
