import { type ApiKeyId, type InvoiceId, toWireId, type Uuid } from "../kernel/ids.ts";
import { type Currency, minorUnits, type Money, money } from "../kernel/money.ts";
import { Refused } from "../kernel/refusal.ts";
import { toWire } from "../kernel/wire.ts";
import {
  allThatIsLeft,
  type CreditAmountCurrencyDiffers,
  type CreditAsked,
  type CreditCause,
  type Invoice,
  type NotLeftToCredit,
} from "../modules/invoices/index.ts";
import { appendAudit, auditEntry } from "../platform/audit/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { creditInvoice, type CreditNote, lockForCredit, type NotCredited } from "./issue-credit-note.ts";
import type { Circumstances } from "./lifecycle-events.ts";

/** An amount of a line or a tax group, and where it stands in the body. */
type AskedAmount = { readonly net: Money; readonly pointer: string };

/** What somebody wants to be credited: all that is left, or these units and amounts. */
export type AskedCredit =
  | "all"
  | {
      readonly units: CreditAsked["units"];
      readonly amounts: readonly (AskedAmount & { readonly line: number })[];
      readonly groupAmounts: readonly (AskedAmount & { readonly category: string; readonly ratePpm: number })[];
      readonly allFreight: boolean;
    };

/** Who credits an invoice, as a member of which organisation. */
export type CreditCommand = Omit<Circumstances, "at"> & {
  readonly invoiceId: InvoiceId;
  readonly party: { readonly kind: "seller" | "operator"; readonly organisationId: Uuid; readonly keyId: ApiKeyId };
  readonly idempotencyId: Uuid;
  /** Judges the caller's `If-Match` on the locked row. */
  readonly checkVersion: (version: number) => void;
  readonly cause: Extract<CreditCause, "goodwill" | "cancelled_after_invoicing">;
  readonly reason: string;
  readonly asked: AskedCredit;
};

/**
 * Credits an invoice because its seller or the operator wants it. The operator's word is entered in the audit.
 *
 * Locks: credit account, company funds, invoice, seller balance, document series, deadline.
 *
 * @returns undefined when the caller's organisation has issued no such invoice
 * @throws Refused not-left-to-credit, currency-mismatch, and what `checkVersion` throws
 */
export async function creditByHand(tx: Transaction, command: CreditCommand): Promise<CreditNote | undefined> {
  const { party, idempotencyId, cause, reason, asked } = command;
  const invoice = await lockForCredit(tx, command.invoiceId);
  if (invoice === undefined || (party.kind === "seller" && invoice.sellerId !== party.organisationId)) return undefined;
  command.checkVersion(invoice.version);
  judgeCurrencies(asked, invoice.currency);
  const means = { ...command, at: await now(tx), actor: { kind: party.kind, id: party.keyId } } as const;
  const outcome = await creditInvoice(
    tx,
    invoice,
    // Another request is another cause: who wants the same twice says so twice.
    {
      cause,
      causeId: idempotencyId,
      reason,
      asked: (document, rest) => (asked === "all" ? allThatIsLeft(document, rest) : drawnBy(asked)),
    },
    means,
  );
  if (!outcome.ok) throw new Refused<NotLeftToCredit>(notLeft(outcome.refusal, invoice));
  if (party.kind === "operator") await audit(tx, command, invoice, outcome.note, means.at);
  return outcome.note;
}

function judgeCurrencies(asked: AskedCredit, currency: Currency): void {
  if (asked === "all") return;
  const other = [...asked.amounts, ...asked.groupAmounts].find(({ net }) => net.currency !== currency);
  if (other === undefined) return;
  throw new Refused<CreditAmountCurrencyDiffers>({
    ...{ code: "currency-mismatch", pointer: other.pointer, currency: other.net.currency, invoice_currency: currency },
  });
}

function drawnBy({ units, amounts, groupAmounts, allFreight }: Exclude<AskedCredit, "all">): CreditAsked {
  return {
    units,
    amounts: amounts.map(({ line, net }) => ({ line, net: net.amount })),
    groupAmounts: groupAmounts.map(({ category, ratePpm, net }) => ({ category, ratePpm, net: net.amount })),
    allFreight,
  };
}

function notLeft(refusal: NotCredited, { currency }: Invoice): NotLeftToCredit {
  const code = "not-left-to-credit";
  const wire = (amount: bigint) => toWire(money(minorUnits(amount), currency));
  switch (refusal.reason) {
    case "nothing_to_credit":
      return { code, reason: refusal.reason };
    case "unknown_line":
      return { code, reason: refusal.reason, line: refusal.line };
    case "unknown_group":
      return { code, reason: refusal.reason, tax_category: refusal.category, tax_rate_ppm: refusal.rate_ppm };
    case "units_not_left": {
      const { reason, line, asked, left } = refusal;
      return { code, reason, line, asked, left };
    }
    case "amount_not_left": {
      const { reason, line, asked, left } = refusal;
      return { code, reason, line, asked: wire(asked), left: wire(left) };
    }
    case "group_amount_not_left": {
      const { reason, category, rate_ppm, asked, left } = refusal;
      return { code, reason, tax_category: category, tax_rate_ppm: rate_ppm, asked: wire(asked), left: wire(left) };
    }
    case "written_off":
      return { code, reason: refusal.reason, asked: wire(refusal.asked), left: wire(refusal.left) };
  }
}

async function audit(
  tx: Transaction,
  { party, requestId, idempotencyId, newId, reason }: CreditCommand,
  before: Invoice,
  { creditNoteId, document, crediting, invoice }: CreditNote,
  at: Circumstances["at"],
): Promise<void> {
  const wire = (amount: bigint) => toWire(money(minorUnits(amount), invoice.currency));
  await appendAudit(tx, [
    auditEntry(
      { principal: party, requestId, idempotencyId, now: at, newId },
      {
        ...{ action: "invoice.credited", subjectType: "invoice", subjectId: invoice.invoiceId, reason },
        before: { credited: wire(before.credited), version: before.version },
        after: {
          ...{ credited: wire(invoice.credited), version: invoice.version, credit_note: toWireId("crn", creditNoteId) },
          ...{ number: document.number, cause: crediting.cause },
        },
      },
    ),
  ]);
}
