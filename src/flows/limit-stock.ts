import type { SellerId } from "../kernel/ids.ts";
import { type AskedLimit, limitChanges } from "../modules/inventory/index.ts";
import type { Transaction } from "../platform/db/index.ts";
import { type ChangedStock, type ChangeStock, changeStock } from "./adjust-stock.ts";

/**
 * Sets backorder limits, and when more is expected: all lines or none. A level is made by its first limit. Where less could be promised
 * than is promised it is refused or given up as in an adjustment.
 *
 * Locks: checkout, order, reservation, stock level, credit account, company funds, deadline.
 *
 * @throws Refused unknown-reference; request-invalid when two lines name one stock level; stock-in-use
 */
export async function limitStock(tx: Transaction, command: ChangeStock & { readonly lines: readonly AskedLimit[] }): Promise<ChangedStock> {
  const changes = await limitChanges(tx, command.principal.organisationId as SellerId, command.lines);
  return changeStock(tx, command, { kind: "limit", changes, field: "backorder_limit" });
}
