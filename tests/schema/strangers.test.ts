import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adding } from "./probes/constraints.ts";
import { openProbedDatabase, type ProbedDatabase } from "./probes/database.ts";
import { isOfNewborn, policiesOf, type Policy } from "./probes/guards.ts";
import { type Row, seller } from "./probes/rows.ts";
import { insertion, type Outcome } from "./probes/session.ts";

let probed: ProbedDatabase;
let policies: readonly Policy[];
beforeAll(async () => {
  probed = await openProbedDatabase();
  policies = (await policiesOf(probed.test)).filter(isOfNewborn);
});
afterAll(() => probed.close());

const role = "stoa_public";
const at = "2026-01-01T00:00:00Z";
const [newborn, firm, person, event] = [0xa1, 0xa2, 0xa3, 0xa4].map(
  (number) => `01900000-00cc-7000-8000-${number.toString(16).padStart(12, "0")}`,
);
const address = { name: "Newborn", street: "Street 1", city: "City", postal_code: "10000", country: "DE" };
const birth = { version: 1, from_state: "", actor_kind: "public", cause: "registered", at };

/** What a registration writes, in its order. Each organisation is born with its first owner, who is its contact. */
const registered: readonly (readonly [string, Row])[] = [
  ...[newborn, firm].map(
    (each) => ["organisations", { organisation_id: each, kind: each === firm ? "company" : "seller", created_at: at }] as const,
  ),
  ...[newborn, firm].map((each) => ["persons", { organisation_id: each, person_id: person, name: "P", email: "p@example.com" }] as const),
  ["person_keys", { organisation_id: newborn, person_id: person, secret: `\\x${createHash("sha256").update("newborn").digest("hex")}` }],
  ["members", { organisation_id: newborn, person_id: person, kind: "seller", role: "owner", version: 1, created_at: at }],
  ["sellers", { seller_id: newborn, ...address, contact_person_id: person, state: "applied", version: 1, created_at: at }],
  ["seller_history", { seller_id: newborn, ...birth, event: "apply", to_state: "applied" }],
  ["companies", { company_id: firm, ...address, contact_person_id: person, state: "pending", version: 1, created_at: at }],
  ["company_history", { company_id: firm, ...birth, event: "register", to_state: "pending" }],
  ["deadlines", { organisation_id: newborn, kind: "seller_review", subject_id: newborn, due_at: at }],
  [
    "events",
    {
      ...{ organisation_id: newborn, subject_id: newborn, subject_version: 1, event_id: event, type: "seller.applied" },
      ...{ subject_type: "seller", occurred_at: at, request_id: "req", data: "{}" },
    },
  ],
  ["event_audiences", { organisation_id: newborn, event_id: event, envelope: "{}" }],
];

const inWords = ([table, row]: readonly [string, Row]): string =>
  `insert into ${table} (${Object.keys(row).join(", ")}) values (${Object.values(row)
    .map((value) => `'${String(value)}'`)
    .join(", ")})`;

/** What a stranger has said in the same transaction before it speaks of this table. */
function saidBefore(table: string): string {
  const place = registered.findLastIndex(([each]) => each === table);
  return [`set local role ${role}`, ...registered.slice(0, place).map(inWords), "reset role"].join("; ");
}

/** The last row of the table in a registration. */
function lastRow(table: string): Row {
  return registered.findLast(([each]) => each === table)?.[1] ?? {};
}

const rowsOf = (outcome: Outcome): number | string => ("rows" in outcome ? outcome.rows : outcome.refusedBy);
const isRefused = (outcome: Outcome): boolean =>
  "refusedBy" in outcome && outcome.refusedBy === "42501" && outcome.message.includes("row-level security");
const writing = (): readonly Policy[] => policies.filter(({ command }) => command === "INSERT");
const opened = ({ name, table }: Policy): string => `alter policy ${name} on ${table} with check (true)`;

describe("A stranger who registers", () => {
  it("writes of the organisation that it makes in this very transaction, and nothing without the policy", async () => {
    const wrong: string[] = [];
    for (const { name, table } of writing()) {
      const said = { role, ...insertion(table, lastRow(table)) };
      const [written, without] = [
        await probed.application.say(said, saidBefore(table)),
        await probed.owner.say(said, `${saidBefore(table)}; drop policy ${name} on ${table}`),
      ];
      if (rowsOf(written) !== 1 || !isRefused(without)) wrong.push(`${name}: ${JSON.stringify([written, without])}`);
    }
    expect(wrong).toEqual([]);
    expect(writing().length).toBe(10);
  });

  it("writes of no organisation that was there before, and would without the policy's condition", async () => {
    const wrong: string[] = [];
    for (const policy of writing()) {
      const said = { ...adding(policy.table), role };
      const [refused, without] = [await probed.application.say(said), await probed.owner.say(said, opened(policy))];
      if (!isRefused(refused) || rowsOf(without) !== 1) wrong.push(`${policy.name}: ${rowsOf(refused)}, without it ${rowsOf(without)}`);
    }
    expect(wrong).toEqual([]);
  });

  /** What a registration may not say, one change for each other part of a condition. */
  const unwritable: Readonly<Record<string, readonly Row[]>> = {
    members: [{ role: "manager" }],
    sellers: [
      ...[{ state: "under_review" }, { version: 2 }, { series_prefix: "MINE" }, { reviewer_id: seller }],
      ...[{ tax_number_checked_at: at }, { tax_number_evidence: "mine" }, { seller_id: firm }],
    ],
    seller_history: [{ to_state: "active" }],
    companies: [
      ...[{ state: "active" }, { version: 2 }, { payment_days: 365 }, { reviewer_id: seller }],
      ...[{ tax_number_checked_at: at }, { tax_number_evidence: "mine" }, { company_id: newborn }],
    ],
    company_history: [{ to_state: "active" }],
    deadlines: [{ kind: "checkout_payment" }, { subject_id: seller }],
    events: [{ position: 2 }],
    event_audiences: [{ position: 2 }],
  };

  it("says of it what a registration says, and more without the policy's condition", async () => {
    const wrong: string[] = [];
    for (const policy of writing()) {
      for (const change of unwritable[policy.table] ?? []) {
        const said = { role, ...insertion(policy.table, { ...lastRow(policy.table), ...change }) };
        const before = saidBefore(policy.table);
        const refused = await probed.application.say(said, before);
        const without = await probed.owner.say(said, `${before}; ${opened(policy)}`);
        if (!isRefused(refused) || rowsOf(without) === "42501") {
          wrong.push(`${policy.name} ${JSON.stringify(change)}: ${rowsOf(refused)}, without it ${rowsOf(without)}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it("sees of all organisations the one that it makes", async () => {
    const said = { role, text: "select organisation_id from organisations" };
    const [all] = await probed.test.owner<{ count: number }>("select count(*)::integer as count from organisations");
    const seen = [
      rowsOf(await probed.application.say(said)),
      rowsOf(await probed.application.say(said, saidBefore("persons"))),
      rowsOf(await probed.owner.say(said, "alter policy organisations_public on organisations using (true)")),
    ];
    expect(seen).toEqual([0, 2, all?.count]);
  });
});

describe("A stranger who looks for goods", () => {
  it("reads whether there are any, and neither how many nor where", async () => {
    const asking = (column: string) => probed.application.say({ role, text: `select ${column} from stock_levels` });
    for (const column of ["seller_id", "offer_id", "in_stock", "on_backorder"])
      expect([column, rowsOf(await asking(column))]).toEqual([column, 2]);
    for (const column of ["on_hand", "reserved", "backorder_limit", "location_id"]) {
      expect([column, rowsOf(await asking(column))]).toEqual([column, "42501"]);
    }
  });

  it("is told so by the row itself, whatever it holds", async () => {
    const rows = await probed.test.owner<{ wrong: number }>(
      `select count(*)::integer as wrong from stock_levels
       where in_stock <> (on_hand > reserved) or on_backorder <> (on_hand + backorder_limit > reserved)`,
    );
    expect(rows).toEqual([{ wrong: 0 }]);
  });
});
