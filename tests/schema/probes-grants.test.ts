import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { roles } from "../../src/platform/db/index.ts";
import { openProbedDatabase, type ProbedDatabase } from "./probes/database.ts";
import { columnsOf, grantsOf } from "./probes/guards.ts";

/** Something that a role is not granted: the statement that shows it, and the grant that it lacks. */
type Missing = { readonly role: string; readonly what: string; readonly table: string; readonly text: string; readonly grant: string };

let probed: ProbedDatabase;
let missing: readonly Missing[];
beforeAll(async () => {
  probed = await openProbedDatabase();
  missing = await missingGrants(probed);
});
afterAll(() => probed.close());

/** The statements by which a verb is shown: on a whole table, or on one column of it. None of them asks for anything but the verb. */
const onTable = {
  insert: (table: string) => `insert into ${table} default values`,
  delete: (table: string) => `delete from ${table}`,
  truncate: (table: string) => `truncate ${table} cascade`,
} as const;
const onColumn = {
  select: (table: string, column: string) => `select ${column} from ${table}`,
  insert: (table: string, column: string) => `insert into ${table} (${column}) values (default)`,
  update: (table: string, column: string) => `update ${table} set ${column} = default`,
} as const;

async function missingGrants({ test }: ProbedDatabase): Promise<readonly Missing[]> {
  const columns = await columnsOf(test);
  const granted = await grantsOf(test, roles);
  const tables = [...new Set(columns.map(({ table }) => table))];
  return roles.flatMap((role) => {
    const lacks = (verb: string, what: string): boolean => !granted.has(`${verb} ${role} ${what}`);
    const whole = tables.flatMap((table) =>
      (["delete", "truncate"] as const)
        .filter((verb) => lacks(verb, table))
        .map((verb) => ({
          role,
          table,
          what: `${verb} ${table}`,
          text: onTable[verb](table),
          grant: `grant ${verb} on ${table} to ${role}`,
        })),
    );
    const parts = columns.flatMap(({ table, name }) =>
      (["select", "insert", "update"] as const)
        .filter((verb) => lacks(verb, table) && lacks(verb, `${table}.${name}`))
        .map((verb) => ({
          ...{ role, table, what: `${verb} ${table}.${name}`, text: onColumn[verb](table, name) },
          grant: `grant ${verb} (${name}) on ${table} to ${role}`,
        })),
    );
    return [...whole, ...parts];
  });
}

const denied = (table: string): string => `permission denied for table ${table}`;

describe("what a role is not granted", () => {
  it("is refused with 42501 and the table's name", { timeout: 60_000 }, async () => {
    const wrong: string[] = [];
    for (const { role, what, table, text } of missing) {
      const outcome = await probed.application.say({ role, text });
      const isRefused = "refusedBy" in outcome && outcome.refusedBy === "42501" && outcome.message === denied(table);
      if (!isRefused) wrong.push(`${role}: ${what}: ${JSON.stringify(outcome)}`);
    }
    expect(wrong).toEqual([]);
    expect(missing.length).toBeGreaterThan(2_000);
  });

  it("is refused for want of that grant alone: with it the statement gets past", { timeout: 60_000 }, async () => {
    const wrong: string[] = [];
    for (const { role, what, table, text, grant } of missing) {
      const outcome = await probed.owner.say({ role, text }, grant);
      // A `truncate` goes on to the tables that point here, and a trigger to what it reads: those are other grants.
      if ("refusedBy" in outcome && outcome.message === denied(table)) wrong.push(`${role}: ${what}: ${outcome.message}`);
    }
    expect(wrong).toEqual([]);
  });

  it("nor may any role make a table, or change one", async () => {
    const wrong: string[] = [];
    for (const role of roles) {
      for (const text of ["create table planted ()", "alter table orders disable trigger all", "drop policy orders_own on orders"]) {
        const outcome = await probed.application.say({ role, text });
        if (!("refusedBy" in outcome) || outcome.refusedBy !== "42501") wrong.push(`${role}: ${text}: ${JSON.stringify(outcome)}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
