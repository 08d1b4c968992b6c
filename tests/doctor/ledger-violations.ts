type Violation = {
  readonly name: string;
  readonly plant: string;
  readonly values: readonly unknown[];
  readonly expected: readonly string[];
};

/** The guards of the books that stand in the way of what is planted. */
export const ledgerGuardsInTheWay = `
  alter table ledger_accounts disable trigger user;
  alter table ledger_transactions disable trigger user;
  alter table ledger_transfers disable trigger user;`;

/** What can be wrong with the books, on the one receipt that is booked in the market. */
export const ledgerViolations: readonly Violation[] = [
  {
    name: "a transaction that waits no longer and was never added",
    plant: "delete from ledger_unrolled",
    values: [],
    expected: ["M1 lac_…", "M1 lac_…"],
  },
  {
    name: "a receipt that is booked under another key",
    plant: "update ledger_transactions set business_key = 'another'",
    values: [],
    expected: ["M8 ltx_…", "M8 rct_…"],
  },
  {
    name: "a transfer in a currency that its accounts do not have",
    plant: "update ledger_transfers set currency = 'SEK'",
    values: [],
    expected: ["M1 ltx_…"],
  },
  {
    name: "a fact without a record",
    plant: `insert into ledger_transactions
      select gen_random_uuid(), kind, 'nothing', at, record_type, gen_random_uuid(), actor_kind, actor_id, cause from ledger_transactions`,
    values: [],
    expected: ["M8 ltx_…"],
  },
];
