import type { HttpAnswer } from "../support/http-answer.ts";
import type { Market } from "../support/market.ts";

export type Amount = { readonly amount: number; readonly currency: string };

/** A line as the API shows it, as far as the stories look. */
export type ShownLine = {
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly direction: string;
  readonly amount: Amount;
  readonly unallocated: Amount;
  readonly bank_reference: string | null;
  readonly recorded_line: string | null;
  readonly allocations: readonly {
    readonly target: string;
    readonly id: string;
    readonly amount: Amount;
    readonly undoes: number | null;
  }[];
};

/** What an import answers. */
export type Imported = {
  readonly statements: readonly {
    readonly id: string;
    readonly continuity: string | null;
    readonly difference: Amount | null;
    readonly new: number;
  }[];
  readonly known_statements: number;
  readonly lines: Readonly<Record<"known" | "new" | "matched" | "unmatched" | "recorded" | "undone", number>>;
  readonly remaining: { readonly lines: number; readonly statements: number };
};

/** An entry of a statement in minor units of EUR; below zero went out. */
export type Entry = {
  readonly amount: number;
  readonly text?: string;
  readonly reference?: string;
  readonly day?: string;
  readonly reversal?: boolean;
};

const decimal = (minor: number): string =>
  `${minor < 0 ? "-" : ""}${Math.trunc(Math.abs(minor) / 100)}.${`${Math.abs(minor) % 100}`.padStart(2, "0")}`;

/** The rows of a statement of this account: from an opening balance through its entries. */
export function statementRows(account: string, id: string, entries: readonly Entry[], opening = 0): string[] {
  const head = `${id},${account},EUR`;
  const closing = entries.reduce((sum, { amount }) => sum + amount, opening);
  return [
    `opening,${head},2026-01-15,${decimal(opening)},,,`,
    ...entries.map(
      ({ amount, text = "", reference = "", day = "2026-01-15", reversal = false }) =>
        `entry,${head},${day},${decimal(amount)},${reference},"${text}",${reversal ? "true" : ""}`,
    ),
    `closing,${head},2026-01-15,${decimal(closing)},,,`,
  ];
}

export function csvFile(rows: readonly string[]): string {
  return ["kind,statement,account,currency,date,amount,reference,remittance,reversal", ...rows, ""].join("\n");
}

/** A bank account of its own: each file leads on from the one before. */
export function bankOf(market: Market, account: string) {
  let balance = 0;
  let files = 0;
  let references = 0;
  const bank = {
    account,
    reference: () => `${account}-${(references += 1)}`,
    /** The file of the next statement of these entries; each has a reference of the bank of its own unless it is told. */
    file: (entries: readonly Entry[]): string => {
      files += 1;
      const named = entries.map((entry) => ({ reference: bank.reference(), ...entry }));
      const rows = statementRows(account, `S-${files}`, named, balance);
      balance += entries.reduce((sum, { amount }) => sum + amount, 0);
      return csvFile(rows);
    },
    request: (text: string) => market.operator.request("POST", "/v1/operator/bank-statements", { format: "csv", text }),
    import: (text: string) => market.operator.post<Imported>("/v1/operator/bank-statements", { format: "csv", text }),
    /** Imports a statement of these entries. @returns what it became, and its lines in their order */
    told: async (...entries: Entry[]): Promise<{ readonly imported: Imported; readonly lines: readonly ShownLine[] }> => {
      const before = (await bank.lines()).length;
      const imported = await bank.import(bank.file(entries));
      const lines = (await bank.lines()).toReversed();
      return { imported, lines: lines.slice(before) };
    },
    lines: async (query = ""): Promise<readonly ShownLine[]> =>
      (await market.operator.get<{ items: ShownLine[] }>(`/v1/operator/bank-lines?account=${account}&limit=200${query}`)).items,
    line: (id: string) => market.operator.get<ShownLine>(`/v1/operator/bank-lines/${id}`),
    assign: (id: string, allocations: readonly object[]): Promise<HttpAnswer> =>
      market.operator.send("POST", `/v1/operator/bank-lines/${id}/assign`, { allocations, reason: "The payer said so" }),
    sendBack: (id: string, reference: string): Promise<HttpAnswer> =>
      market.operator.send("POST", `/v1/operator/bank-lines/${id}/send-back`, {
        bank_reference: reference,
        reason: "Nobody knows the payer",
      }),
  };
  return bank;
}

export const eur = (amount: number): Amount => ({ amount, currency: "EUR" });

/** What the books hold of a kind of account, in EUR. */
export async function bookedOn(market: Market, kind: string): Promise<number> {
  type Account = { kind: string; balance: { amount: number; currency: string } };
  const { accounts } = await market.operator.get<{ accounts: Account[] }>("/v1/operator/ledger/trial-balance");
  return accounts.find((account) => account.kind === kind && account.balance.currency === "EUR")?.balance.amount ?? 0;
}

/** What is free of a company's money, in EUR. */
export async function freeFunds(market: Market, companyId: string): Promise<number> {
  type Funds = { currency: string; checkout: string | null; left: Amount };
  const { items } = await market.operator.get<{ items: Funds[] }>(`/v1/operator/companies/${companyId}/funds`);
  return items.find(({ currency, checkout }) => currency === "EUR" && checkout === null)?.left.amount ?? 0;
}
