import { type BankLineId, toWireId } from "../../src/kernel/ids.ts";
import type { TradedMarket } from "./traded-market.ts";
import type { Violation } from "./violation.ts";

/** The guards of the books that stand in the way of what is planted. */
export const ledgerGuardsInTheWay = `
  alter table ledger_accounts disable trigger user;
  alter table ledger_transactions disable trigger user;
  alter table ledger_transfers disable trigger user;`;

/** What can be wrong with the books, on what two lines of the bank were booked as. */
export function ledgerViolations({ receipt, papers: { unmatched } }: TradedMarket): readonly Violation[] {
  return [
    {
      name: "a transaction that waits no longer and was never added",
      plant:
        "delete from ledger_unrolled using ledger_transactions t where t.transaction_id = ledger_unrolled.transaction_id and t.record_id = $1",
      values: [unmatched],
      expected: ["M1 lac_…", "M1 lac_…"],
    },
    {
      name: "a receipt that is booked under another key",
      plant: "update ledger_transactions set business_key = 'another' where record_id = $1",
      values: [receipt],
      expected: [`M8 ${toWireId("bnl", receipt as BankLineId)}`, "M8 ltx_…"],
    },
    {
      name: "a transfer in a currency that its accounts do not have",
      plant: `update ledger_transfers set currency = 'SEK' from ledger_transactions t
        where t.transaction_id = ledger_transfers.transaction_id and t.record_id = $1`,
      values: [receipt],
      expected: ["M1 ltx_…"],
    },
    {
      name: "a fact without a record",
      plant: `insert into ledger_transactions
        select gen_random_uuid(), kind, 'nothing', at, record_type, gen_random_uuid(), actor_kind, actor_id, cause
        from ledger_transactions where record_id = $1`,
      values: [receipt],
      expected: ["M8 ltx_…"],
    },
  ];
}
