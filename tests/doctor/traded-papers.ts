import { acceptingLocks, acceptOrder } from "../../src/flows/accept-order.ts";
import { closeCommissionStatement, closingLocks } from "../../src/flows/close-commission-statement.ts";
import { type ImportBankStatements, importBankStatements, importLocks } from "../../src/flows/import-bank-statements.ts";
import { creditingLocks, creditInvoice, lockForCredit } from "../../src/flows/issue-credit-note.ts";
import type { OrderMeans } from "../../src/flows/lifecycle-events.ts";
import { packingLocks, packShipment } from "../../src/flows/pack-shipment.ts";
import { writeOffInvoice, writeOffLocks } from "../../src/flows/write-off-invoice.ts";
import type { ApiKeyId, CommissionStatementId, InvoiceId, OrderId, SellerId, Uuid } from "../../src/kernel/ids.ts";
import { type LockKind, now, type Transaction } from "../../src/platform/db/index.ts";
import { locationOf, sellerOf } from "../placing/planted-market.ts";
import type { TestDatabase } from "../support/database.ts";
import type { PlacedOrder } from "./placed-order.ts";
import type { AsSeller } from "./traded-shipments.ts";

/** An invoice, its parcel and its order; amounts in cents. */
export type TradedInvoice = PlacedOrder & {
  readonly invoiceId: string;
  readonly shipmentId: string;
  readonly companyId: string;
  readonly numberText: string;
  readonly total: bigint;
};

/** Invoices in all states: settled from what was paid beforehand, by a line of the bank, in part; credited; written off; open. */
export type TradedPapers = {
  readonly beforehand: TradedInvoice;
  readonly paid: TradedInvoice;
  readonly inPart: TradedInvoice;
  readonly credited: TradedInvoice;
  readonly creditNoteId: string;
  readonly writtenOff: TradedInvoice;
  readonly open: TradedInvoice;
  /** At the operator's risk, and open. */
  readonly guaranteed: TradedInvoice;
  /** A line of the bank that nobody can be named for. */
  readonly unmatched: string;
  /** A commission statement that is closed, and its invoice. */
  readonly statement: { readonly statementId: string; readonly commissionInvoiceId: string };
  /** The open one of the first seller. */
  readonly openStatement: string;
};

/** Who collects, and what it takes: 5 % and 30 cents of each order; for the second seller it bears the risk. */
export async function plantOperator({ owner }: Pick<TestDatabase, "owner">, operatorId: Uuid): Promise<void> {
  await owner("insert into organisations (organisation_id, kind, created_at) values ($1, 'operator', stoa_now()) on conflict do nothing", [
    operatorId,
  ]);
  await owner(
    `insert into operator_profiles (operator_id, name, street, city, postal_code, country, tax_number, iban, account_holder, series_prefix, time_zone,
       version, changed_at)
     select $1, 'Market', 'Street 3', 'City', '10000', 'DE', 'DE987654321', 'DE89370400440532013000', 'Market', 'MARKET', 'Europe/Berlin', 1, stoa_now()
     where not exists (select from operator_profiles)`,
    [operatorId],
  );
  await owner(
    `insert into commission_plans (operator_id, commission_plan_id, name, currency, step_from, step_rates, step_fixed, on_freight, returned_on_write_off,
       valid_from, version, changed_at)
     select operator_id, gen_random_uuid(), 'All', 'EUR', '{0}', '{50000}', '{30}', false, true, '2020-01-01', 1, stoa_now() from operator_profiles`,
  );
  await owner("insert into seller_contracts (seller_id, credit_risk, version, changed_at) values ($1, 'operator', 1, stoa_now())", [
    sellerOf(1),
  ]);
}

/** Accepts an order of one line, packs its two units and sends them. */
async function shipOrder({ owner }: Pick<TestDatabase, "owner">, order: PlacedOrder, asSeller: AsSeller, circumstances: Circumstances) {
  const [orderId, sellerId] = [order.orderId as OrderId, order.sellerId as SellerId];
  const common = { ...circumstances, checkVersion: () => undefined };
  await asSeller(sellerId, "POST /v1/seller/orders/{id}/accept", acceptingLocks, (tx, idempotencyId, keyId) =>
    acceptOrder(tx, { ...common, orderId, sellerId, keyId, idempotencyId, acceptance: {}, reason: "" }),
  );
  const sent = await asSeller(sellerId, "POST /v1/seller/orders/{id}/shipments", packingLocks, (tx, idempotencyId, keyId) =>
    packShipment(tx, {
      ...{ ...common, orderId, sellerId, keyId, idempotencyId, carrier: null, tracking: null, send: {} },
      locationId: locationOf(sellerId === sellerOf(0) ? 0 : 1),
      lines: [{ index: 0, lineNumber: 1, quantity: 2 }],
    }),
  );
  const shipmentId = sent?.shipment.shipmentId;
  if (shipmentId === undefined) throw new Error("the order was not sent");
  const [invoice] = await owner<{ invoice_id: string; company_id: string; number_text: string; total: string }>(
    "select invoice_id, company_id, number_text, total from invoices where shipment_id = $1",
    [shipmentId],
  );
  if (invoice === undefined) throw new Error("the parcel has no invoice");
  const { invoice_id: invoiceId, company_id: companyId, number_text: numberText, total } = invoice;
  return { ...order, shipmentId, invoiceId, companyId, numberText, total: BigInt(total) };
}

/** How the operator of a traded market does something, under a key of this operation. */
export type AsOperator = <T>(
  operation: string,
  locks: readonly LockKind[],
  work: (tx: Transaction, idempotencyId: Uuid, principal: { readonly organisationId: Uuid; readonly keyId: ApiKeyId }) => Promise<T>,
) => Promise<T>;

type Circumstances = Omit<OrderMeans, "at" | "actor" | "idempotencyId">;

/** Orders of one line each that nothing has happened to: paid beforehand, six on account of the first seller, one of the second. */
export type OrdersToShip = { readonly prepaid: PlacedOrder; readonly first: readonly PlacedOrder[]; readonly second: PlacedOrder };

/** Ships orders, and pays, credits and writes off what they are invoiced at. */
export async function tradePapers(
  test: Pick<TestDatabase, "owner">,
  { prepaid, first, second }: OrdersToShip,
  { asSeller, asOperator }: { readonly asSeller: AsSeller; readonly asOperator: AsOperator },
  circumstances: Circumstances,
): Promise<TradedPapers> {
  const beforehand = await shipOrder(test, prepaid, asSeller, circumstances);
  const invoices: TradedInvoice[] = [];
  for (const order of [...first, second]) invoices.push(await shipOrder(test, order, asSeller, circumstances));
  const [paid, inPart, credited, writtenOff, open, guaranteed] = invoices;
  if (paid === undefined || inPart === undefined || credited === undefined || writtenOff === undefined) throw new Error("too few orders");
  if (open === undefined || guaranteed === undefined) throw new Error("too few orders");
  await asOperator("POST /v1/operator/bank-statements", importLocks, (tx, idempotencyId, { keyId, organisationId }) => {
    const rows = [
      `entry,1,DE1,EUR,2026-01-15,${euros(paid.total)},${paid.numberText}`,
      `entry,1,DE1,EUR,2026-01-15,10.01,${inPart.numberText}`,
    ];
    const text = [
      "kind,statement,account,currency,date,amount,remittance",
      "opening,1,DE1,EUR,2026-01-15,0.00,",
      ...[...rows, "entry,1,DE1,EUR,2026-01-15,77.00,from nobody"],
      `closing,1,DE1,EUR,2026-01-15,${euros(paid.total + 8_701n)},`,
      "",
    ].join("\n");
    const command: ImportBankStatements = {
      ...circumstances,
      operatorId: organisationId,
      keyId,
      format: "csv",
      text,
      idempotencyId,
      toleranceMinor: 0n,
    };
    return importBankStatements(tx, command);
  });
  const creditNoteId = await asSeller(
    credited.sellerId,
    "POST /v1/seller/invoices/{id}/credit-notes",
    creditingLocks,
    async (tx, idempotencyId, keyId) => {
      const invoice = await lockForCredit(tx, credited.invoiceId as InvoiceId);
      if (invoice === undefined) throw new Error("the invoice is there");
      const crediting = { cause: "goodwill", causeId: idempotencyId, reason: "late", asked: () => oneUnit } as const;
      const actor = { kind: "seller", id: keyId } as const;
      const outcome = await creditInvoice(tx, invoice, crediting, { ...circumstances, actor, idempotencyId, at: await now(tx) });
      if (!outcome.ok) throw new Error(outcome.refusal.reason);
      return outcome.note.creditNoteId;
    },
  );
  await asOperator(
    "POST /v1/operator/invoices/{id}/write-offs",
    writeOffLocks,
    (tx, idempotencyId, { keyId, organisationId: operatorId }) => {
      const command = { ...circumstances, invoiceId: writtenOff.invoiceId as InvoiceId, operatorId, keyId, idempotencyId, reason: "gone" };
      return writeOffInvoice(tx, { ...command, checkVersion: () => undefined });
    },
  );
  const [line] = await test.owner<{ line_id: string }>("select line_id from bank_lines where state = 'unmatched'");
  const statementOf = async (sellerId: string) => {
    const found = await test.owner<{ id: string }>("select statement_id as id from commission_statements where seller_id = $1", [sellerId]);
    return found[0]?.id;
  };
  const [charged, openStatement] = [await statementOf(second.sellerId), await statementOf(open.sellerId)];
  if (line === undefined || charged === undefined || openStatement === undefined)
    throw new Error("a line waits, and commission was charged");
  const closed = await asOperator("POST /v1/operator/commission-statements/{id}/close", closingLocks, (tx, idempotencyId, principal) =>
    closeCommissionStatement(tx, { ...circumstances, principal, traceparent: undefined, idempotencyId }, charged as CommissionStatementId),
  );
  const commissionInvoiceId = closed?.commissionInvoiceId;
  if (commissionInvoiceId === null || commissionInvoiceId === undefined) throw new Error("the statement was not closed");
  const statement = { statementId: charged, commissionInvoiceId };
  return {
    ...{ beforehand, paid, inPart, credited, creditNoteId, writtenOff, open, guaranteed },
    ...{ unmatched: line.line_id, statement, openStatement },
  };
}

const oneUnit = { units: [{ line: 1, quantity: 1 }], amounts: [], groupAmounts: [], allFreight: false };

function euros(cents: bigint): string {
  return `${cents / 100n}.${`${cents % 100n}`.padStart(2, "0")}`;
}
