import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adding } from "./probes/constraints.ts";
import { openProbedDatabase, type ProbedDatabase } from "./probes/database.ts";
import { guardedTables, isOfNewborn, policiesOf, type Policy } from "./probes/guards.ts";
import { company, otherCompany, type Row, seller, tables } from "./probes/rows.ts";
import { organisationOf, type Outcome } from "./probes/session.ts";

let probed: ProbedDatabase;
let policies: readonly Policy[];
let guarded: readonly string[];
beforeAll(async () => {
  probed = await openProbedDatabase();
  // Those about what strangers make have a test of their own.
  policies = (await policiesOf(probed.test)).filter((policy) => !isOfNewborn(policy));
  guarded = await guardedTables(probed.test);
});
afterAll(() => probed.close());

/** The policies that let an organisation at its own rows, or at those of invoices that it sees; the others let a role at all. */
const isOwn = ({ using, check }: Policy): boolean => /app\.organisation|FROM invoices i\b/.test(`${using ?? ""}${check ?? ""}`);
const reads = ({ command }: Policy): boolean => command === "ALL" || command === "SELECT";
const writes = ({ command }: Policy): boolean => command === "ALL" || command === "INSERT";

const rowsOf = (outcome: Outcome): number | string => ("rows" in outcome ? outcome.rows : outcome.refusedBy);
// The name of one column is enough: some roles may not see all of them.
const columnOf = (table: string): string => Object.keys(tables[table]?.standing[0] ?? {})[0] ?? "";
const readingOf = ({ table, role }: Policy) => ({ role, text: `select ${columnOf(table)} from ${table}` });

/** Whose the rows of a table are that names nobody itself. */
const ownedThrough: Readonly<Record<string, readonly string[]>> = { ledger_transactions: [company], documents: [seller, company] };

/** Whose rows stand in the table. */
function owners(table: string): readonly string[] {
  const rows: readonly Row[] = tables[table]?.standing ?? [];
  return [
    ...new Set(
      rows
        .flatMap((row) => [row["organisation_id"], row["seller_id"], row["company_id"], row["subject_id"]])
        .concat(
          rows.flatMap((row) => [row["party_id"], row["debit_party_id"], row["credit_party_id"]]),
          ownedThrough[table] ?? [],
        )
        .filter((each) => typeof each === "string"),
    ),
  ];
}

/** Whether the role is granted to add rows: without the grant the policy is not what decides. */
async function mayAdd({ table, role }: Policy): Promise<boolean> {
  const columns = Object.keys(tables[table]?.fresh ?? {});
  const [row] = await probed.test.owner<{ may: boolean }>(
    "select bool_and(has_column_privilege($1, $2, name, 'insert')) as may from unnest($3::text[]) as name",
    [role, table, columns],
  );
  return row?.may === true;
}

describe("a policy of row-level security", () => {
  it("is there for every table of an organisation, and for no other", () => {
    expect([...new Set(policies.map(({ table }) => table))].sort()).toEqual([...guarded].sort());
    expect(policies.length).toBeGreaterThan(80);
    expect(guarded.filter((table) => tables[table] === undefined)).toEqual([]);
    expect(policies.filter((policy) => isOwn(policy) && !reads(policy) && !writes(policy))).toEqual([]);
  });

  it("shows an organisation its own rows; a stranger sees none, and would see all without the policy's condition", async () => {
    const wrong: string[] = [];
    const own = policies.filter((policy) => isOwn(policy) && reads(policy));
    for (const policy of own) {
      const seen: (number | string)[] = [];
      for (const organisation of owners(policy.table)) {
        seen.push(rowsOf(await probed.application.say({ ...readingOf(policy), organisation })));
      }
      if (!seen.some((count) => typeof count === "number" && count > 0)) wrong.push(`${policy.name}: nobody sees a row`);
      const stranger = rowsOf(await probed.application.say(readingOf(policy)));
      if (stranger !== 0) wrong.push(`${policy.name}: a stranger sees ${stranger}`);
      const opened = `alter policy ${policy.name} on ${policy.table} using (true)`;
      const without = rowsOf(await probed.owner.say(readingOf(policy), opened));
      if (without !== tables[policy.table]?.standing.length) wrong.push(`${policy.name}: without it a stranger sees ${without}`);
    }
    expect(wrong).toEqual([]);
    expect(own.length).toBeGreaterThan(15);
  });

  it("lets an organisation write no row of another, and would without the policy's condition", async () => {
    const wrong: string[] = [];
    let probes = 0;
    for (const policy of policies.filter((each) => isOwn(each) && writes(each))) {
      if (!(await mayAdd(policy))) continue;
      probes += 1;
      const { role, name, table } = policy;
      const { text, values = [] } = adding(table);
      const foreign = await probed.application.say({ role, text, values });
      const isRefused = "refusedBy" in foreign && foreign.refusedBy === "42501" && foreign.message.includes(`"${table}"`);
      if (!isRefused) wrong.push(`${name}: ${JSON.stringify(foreign)}`);
      const own = await probed.application.say({ role, text, values, organisation: organisationOf(tables[table]?.fresh ?? {}) });
      if (rowsOf(own) !== 1) wrong.push(`${name}: its own row is refused by ${rowsOf(own)}`);
      const condition = policy.check === null ? "using (true)" : "with check (true)";
      const without = rowsOf(await probed.owner.say({ role, text, values }, `alter policy ${name} on ${table} ${condition}`));
      if (without !== 1) wrong.push(`${name}: without it ${without}`);
    }
    expect(wrong).toEqual([]);
    expect(probes).toBeGreaterThan(7);
  });

  it("lets an organisation change no row of another: it touches none", async () => {
    const wrong: string[] = [];
    const updates: readonly (readonly [string, string])[] = [
      ["sellers", "update sellers set version = version + 1"],
      ["companies", "update companies set version = version + 1"],
      ["company_addresses", "update company_addresses set version = version + 1"],
      ["offers", "update offers set minimum = 2, version = version + 1"],
      ["stock_levels", "update stock_levels set on_hand = 20"],
      ["price_lists", "update price_lists set version = version + 1"],
      ["price_list_prices", "update price_list_prices set unit_price = 1"],
    ];
    for (const [table, change] of updates) {
      const standing = tables[table]?.standing ?? [];
      const ownedBy = (organisation: string) => standing.filter((row) => organisationOf(row) === organisation).length;
      const touched = async (organisation?: string) =>
        rowsOf(await probed.application.say({ role: "stoa_application", text: change, organisation }));
      const opened = `alter policy ${table}_own on ${table} using (true)`;
      const without = rowsOf(await probed.owner.say({ role: "stoa_application", text: change }, opened));
      const seen = [await touched(), await touched(company), await touched(seller), without];
      if (seen.join() !== [0, ownedBy(company), ownedBy(seller), standing.length].join()) wrong.push(`${table}: ${seen.join()}`);
    }
    expect(wrong).toEqual([]);
  });

  it("shows a company the lists that are given to it with their prices, and no others of their seller", async () => {
    const reading = (table: string) => ({ role: "stoa_application", text: `select seller_id from ${table}` });
    const seen: Record<string, readonly (number | string)[]> = {};
    for (const table of ["price_lists", "price_list_companies", "price_list_prices"]) {
      const said = { ...reading(table), organisation: company };
      seen[table] = [
        rowsOf(await probed.application.say(said)),
        rowsOf(await probed.owner.say(said, `drop policy ${table}_company on ${table}`)),
        rowsOf(await probed.application.say({ ...said, organisation: otherCompany })),
        rowsOf(await probed.application.say({ ...said, organisation: seller })),
      ];
    }
    // Of two lists of the seller one is given to the one company.
    expect(seen).toEqual({ price_lists: [1, 0, 0, 2], price_list_companies: [1, 0, 0, 1], price_list_prices: [1, 0, 0, 1] });
  });

  it("shows a company the deadlines of its orders and of the questions about them beside its own, and their sellers'", async () => {
    const said = { role: "stoa_application", text: "select kind from deadlines" };
    const withoutOrders = "alter policy deadlines_own on deadlines using (organisation_id = current_setting('app.organisation')::uuid)";
    const seen = [
      rowsOf(await probed.application.say({ ...said, organisation: company })),
      rowsOf(await probed.owner.say({ ...said, organisation: company }, withoutOrders)),
      rowsOf(await probed.application.say({ ...said, organisation: otherCompany })),
      rowsOf(await probed.application.say({ ...said, organisation: seller })),
    ];
    expect(seen).toEqual([4, 2, 0, 2]);
  });

  it("lets the operator change no deadline of an order, which it only sees", async () => {
    const said = { role: "stoa_operator", text: "update deadlines set due_at = stoa_now() where kind = 'order_late'" };
    const opened = "alter policy deadlines_operator on deadlines using (true) with check (true)";
    expect([rowsOf(await probed.application.say(said)), rowsOf(await probed.owner.say(said, opened))]).toEqual([0, 1]);
  });

  it("lets nobody give an event its position when it is written, and would without the policy's condition", async () => {
    const wrong: string[] = [];
    const conditions = policies.filter(({ check }) => check?.includes('"position" IS NULL'));
    for (const { name, table, role } of conditions) {
      const said = { ...adding(table, { position: 2 }), role };
      const [given, without] = [
        await probed.application.say(said),
        await probed.owner.say(said, `alter policy ${name} on ${table} with check (true)`),
      ];
      if (rowsOf(given) !== "42501" || rowsOf(without) !== 1) wrong.push(`${name}: ${rowsOf(given)}, without it ${rowsOf(without)}`);
    }
    expect(wrong).toEqual([]);
    expect(conditions.length).toBe(6);
  });

  it("shows whoever asks without a key what is for sale, and would show all without the policy's condition", async () => {
    const said = { role: "stoa_public", text: "select state from offers" };
    const standing = tables["offers"]?.standing ?? [];
    const seen = [
      rowsOf(await probed.application.say(said)),
      rowsOf(await probed.owner.say(said, "alter policy offers_public on offers using (true)")),
    ];
    expect(seen).toEqual([standing.filter((row) => row["state"] === "active").length, standing.length]);
    expect(seen[0]).not.toBe(seen[1]);
  });

  /** What a row says that these policies do not let their role write, one change for each part of the condition. */
  const unwritable: Readonly<Record<string, readonly Row[]>> = {
    idempotency_public: [{ organisation_id: company }],
    organisations_public_insert: [{ kind: "operator" }],
    deadlines_operator: [{ kind: "checkout_payment" }],
  };

  it("lets strangers and the operator write what they may say, and more without the policy's condition", async () => {
    const wrong: string[] = [];
    for (const { name, table, role } of policies.filter(({ name }) => name in unwritable)) {
      for (const change of unwritable[name] ?? []) {
        const said = { ...adding(table, change), role };
        const refused = await probed.application.say(said);
        const isRefused = "refusedBy" in refused && refused.refusedBy === "42501" && refused.message.includes("row-level security");
        const without = rowsOf(await probed.owner.say(said, `alter policy ${name} on ${table} with check (true)`));
        if (!isRefused || without === "42501") wrong.push(`${name} ${JSON.stringify(change)}: ${rowsOf(refused)}, without it ${without}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(Object.keys(unwritable).filter((name) => !policies.some((policy) => policy.name === name))).toEqual([]);
  });

  /** What these policies show of the rows that stand: their conditions are on what a row says. */
  const shown: Readonly<Record<string, { readonly column: string; readonly own: string }>> = {
    sellers_public: { column: "state", own: "state = 'active'" },
    idempotency_public: { column: "organisation_id", own: "organisation_id = '00000000-0000-0000-0000-000000000000'" },
    // Reviews it writes too; those of orders it only sees.
    deadlines_operator: { column: "kind", own: "kind ~ 'review|order'" },
    deadlines_operator_select: { column: "kind", own: "kind ~ 'review|order'" },
  };

  it("shows strangers and the operator what is theirs to see, and all without the policy's condition", async () => {
    const wrong: string[] = [];
    for (const { name, table, role } of policies.filter(({ name }) => name in shown)) {
      const { column = "", own = "" } = shown[name] ?? {};
      const said = { role, text: `select ${column} from ${table}` };
      const [mine] = await probed.test.owner<{ all: number; own: number }>(
        `select count(*)::integer as all, count(*) filter (where ${own})::integer as own from ${table}`,
      );
      const seen = [
        rowsOf(await probed.application.say(said)),
        rowsOf(await probed.owner.say(said, `alter policy ${name} on ${table} using (true)`)),
      ];
      if (seen[0] === seen[1] || seen.join() !== [mine?.own, mine?.all].join()) wrong.push(`${name}: ${seen.join()}`);
    }
    expect(wrong).toEqual([]);
  });

  it("has a condition that is probed here: on the organisation, on a position, on what the row says, or none", () => {
    const known = new RegExp(
      `: true$|app\\.organisation|FROM invoices i\\b|"position" IS NULL|^(${[...Object.keys(unwritable), ...Object.keys(shown), "offers_public"].join("|")}): `,
    );
    const conditions = policies.flatMap(({ name, using, check }) => [using, check].map((condition) => `${name}: ${condition ?? "true"}`));
    expect(conditions.filter((each) => !known.test(each))).toEqual([]);
  });

  const flowUpdates: Readonly<Record<string, string>> = {
    stock_levels: "update stock_levels set reserved = 0",
    sellers: "update sellers set version = version + 1",
    companies: "update companies set version = version + 1",
    price_lists: "update price_lists set version = version + 1",
  };

  it("lets a role at all rows where it says so, and at none without it", async () => {
    const wrong: string[] = [];
    for (const policy of policies.filter((each) => !isOwn(each))) {
      const { name, table, role, command } = policy;
      const dropped = `drop policy ${name} on ${table}`;
      if (command === "INSERT") {
        const { text, values = [] } = adding(table);
        const [added, refused] = [
          await probed.application.say({ role, text, values }),
          await probed.owner.say({ role, text, values }, dropped),
        ];
        if (rowsOf(added) !== 1 || rowsOf(refused) !== "42501") wrong.push(`${name}: ${rowsOf(added)}, without it ${rowsOf(refused)}`);
        continue;
      }
      const said =
        command === "UPDATE"
          ? {
              role,
              text: flowUpdates[table] ?? `update ${table} set position = 77 where position is null`,
            }
          : readingOf(policy);
      const [with_, without] = [rowsOf(await probed.application.say(said)), rowsOf(await probed.owner.say(said, dropped))];
      // Of two policies that let one role read, each lets it at rows of its own.
      const others = policies.filter((each) => each !== policy && each.table === table && each.role === role && reads(each));
      const isLet = typeof with_ === "number" && with_ > 0 && typeof without === "number";
      if (!isLet || (others.length === 0 ? without !== 0 : without >= with_)) wrong.push(`${name}: ${with_}, without it ${without}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe("row-level security of a table", () => {
  // Whoever owns a table is let at its rows, unless the security is forced on the owner too. A role is made that owns it and is
  // granted nothing else, and is gone with the transaction.
  const newOwner = (table: string): string => `
    create role stoa_probe_owner;
    grant stoa_probe_owner to current_user;
    grant usage, create on schema public to stoa_probe_owner;
    alter table ${table} owner to stoa_probe_owner;
    set local role stoa_probe_owner`;

  it("holds for its owner too, and is what hides the rows", async () => {
    const wrong: string[] = [];
    for (const table of guarded) {
      const said = { role: "stoa_probe_owner", text: `select from ${table}` };
      const change = (what: string) => `${newOwner(table)}; alter table ${table} ${what} row level security; reset role`;
      const seen = [
        rowsOf(await probed.owner.say(said, newOwner(table))),
        rowsOf(await probed.owner.say(said, change("no force"))),
        rowsOf(await probed.owner.say(said, change("disable"))),
      ];
      const standing = tables[table]?.standing.length;
      if (seen.join() !== [0, standing, standing].join()) wrong.push(`${table}: ${seen.join()}`);
    }
    expect(wrong).toEqual([]);
  });
});
