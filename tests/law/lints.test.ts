import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { readProject } from "../../tools/lint/project.ts";
import { rules } from "../../tools/lint/rules.ts";
import { writtenTables } from "../../tools/lint/table-owner.ts";

type Tree = Record<string, string>;

const lawful: Tree = {
  "src/kernel/money.ts": "export type Quantity = number; export const add = (left: bigint, right: bigint) => left + right;",
  "src/platform/db/statement.ts": "export declare const sql: (parts: TemplateStringsArray, ...values: unknown[]) => { text: string };",
  "src/modules/orders/index.ts": 'export const owns = ["orders", "order_history"] as const;',
  "src/modules/orders/order-store.ts": `
    import { sql } from "../../platform/db/statement.ts";
    // The word now() in a comment reads no clock, nor does 'insert into nobody' in a string write a table.
    export async function store(tx: { query(statement: unknown): Promise<void> }, at: string) {
      const history = sql\`insert into order_history (at, note) values (\${at}, 'update nobody set now()') -- delete from nobody\`;
      await tx.query(history);
      await tx.query(sql\`select 1 from orders for update\`);
      await tx.query(sql\`insert into orders (id) values (1) on conflict (id) do update set id = 2\`);
    }`,
  "src/flows/cancel-order.ts":
    'import { withFlowTransaction } from "../platform/db/transaction.ts"; export const cancel = withFlowTransaction;',
  "src/platform/db/transaction.ts": "export const withFlowTransaction = 1; export const started = performance.now();",
  "db/migrations/0001_orders.sql": `-- orders: now() is not for columns
    create table orders (id integer primary key);
    create table order_history (at timestamptz not null, note text);
    create function stoa_now() returns timestamptz language sql as $$ select clock_timestamp() $$;`,
  "package.json": '{"dependencies":{"pg":"8.0.0"}}',
  "package-lock.json": '{"packages":{"":{},"node_modules/pg":{"version":"8.0.0"}}}',
  "README.md": "Run `npm ci && npm start`.",
};

const sqlHead = 'import { sql } from "../../platform/db/statement.ts"; declare const tx: { query(statement: unknown): void };\n';

/** One or more planted violations for each rule, each with the text that its message has to contain. */
const planted: Record<string, [Tree, string][]> = {
  "sql-tag-only": [
    [{ "src/modules/orders/read.ts": `${sqlHead}tx.query("select 1");` }, "takes a sql"],
    [{ "src/modules/orders/read.ts": `${sqlHead}const text = \`select \${1}\`; tx.query(text);` }, "takes a sql"],
    [{ "src/modules/orders/read.ts": `${sqlHead}tx.query({ text: "select 1" });` }, "takes a sql"],
    [{ "src/modules/orders/read.ts": `${sqlHead}tx.query("select " + "1");` }, "takes a sql"],
    [{ "src/modules/orders/read.ts": `${sqlHead}tx.query(sql\`select \${sql\`1\`}\`);` }, "inside a sql"],
    [
      { "src/modules/orders/read.ts": `${sqlHead}type Statement = { text: string }; tx.query({ text: "x" } as Statement);` },
      "as Statement",
    ],
  ],
  "one-clock": [
    [{ "src/http/server.ts": "export const at = Date.now();" }, "stoa_now"],
    [{ "src/http/server.ts": "export const at = new Date();" }, "stoa_now"],
    [{ "src/modules/orders/read.ts": `${sqlHead}tx.query(sql\`select *\n from orders where at < now()\`);` }, "stoa_now"],
    [{ "db/migrations/0002_more.sql": "alter table orders add column at timestamptz default current_timestamp;" }, "stoa_now"],
  ],
  "exact-numbers": [
    [{ "src/modules/orders/price.ts": "export const price = Math.round(1.5);" }, "Math.round"],
    [{ "src/modules/orders/price.ts": 'export const price = ["1.5"].map(parseFloat);' }, "parseFloat"],
    [{ "src/modules/orders/price.ts": "export const price = (1.5).toFixed(2);" }, "toFixed"],
  ],
  "money-is-bigint": [
    [{ "src/modules/orders/price.ts": "export const twice = (amountMinor: number) => amountMinor * 2;" }, "amountMinor is a number"],
    [{ "src/modules/orders/price.ts": "export const sum = (order: { total: number }) => order.total + 1;" }, "order.total is a number"],
    [{ "src/modules/orders/price.ts": "export const shown = (value: bigint) => Number(value);" }, "Number(bigint)"],
  ],
  "room-names": [
    [{ "src/modules/orders/utils.ts": "export const one = 1;" }, "utils"],
    [{ "src/modules/order-helpers/index.ts": "export const one = 1;" }, "helpers"],
    [{ "tests/support/types.ts": "export const one = 1;" }, "types"],
    [{ "src/http/order-service.ts": "export const one = 1;" }, "order-service"],
  ],
  "table-owner": [
    [
      { "src/flows/cancel-order.ts": `${sqlHead}tx.query(sql\`update orders set id = 1\`);` },
      "writes orders, which is owned by src/modules/orders",
    ],
    [
      {
        "src/modules/sellers/seller-store.ts": `${sqlHead}tx.query(sql\`with gone as (\n delete from only orders returning id) select 1\`);`,
      },
      "writes orders, which is owned by src/modules/orders",
    ],
    [{ "src/modules/orders/more.ts": `${sqlHead}tx.query(sql\`insert into nowhere values (1)\`);` }, "nobody's"],
    [{ "src/modules/sellers/index.ts": 'export const owns = ["orders"] as const;' }, "owned by"],
    [{ "src/modules/sellers/index.ts": 'export const owns = ["sellers"] as const;' }, "no migration creates it"],
    [{ "db/migrations/0002_more.sql": "create table sellers (id integer);" }, "sellers has no owner"],
    [{ "src/flows/owner.ts": 'export const owns = ["orders"] as const;' }, "only a module"],
  ],
  "flow-transaction": [
    [
      { "src/modules/orders/sweep.ts": 'import { withFlowTransaction } from "../../platform/db/transaction.ts"; withFlowTransaction;' },
      "withFlowTransaction",
    ],
    [{ "src/http/routes.ts": 'import * as db from "../platform/db/transaction.ts"; db.withFlowTransaction;' }, "withFlowTransaction"],
    [{ "src/views/list.ts": 'export { withFlowTransaction } from "../platform/db/transaction.ts";' }, "withFlowTransaction"],
  ],
  "no-silencing": [
    [{ "src/http/server.ts": "// @ts-ignore: later\nexport const one: number = 1;" }, "@ts-ignore"],
    [{ "tests/specs/one.test.ts": "/* eslint-disable */\nexport const one = 1;" }, "eslint-disable"],
    [{ "src/http/server.ts": "export const one = 1; // TODO: two" }, "TODO"],
    [{ "src/http/server.ts": "export const one = 1 as any;" }, "as any"],
  ],
  "own-words": [
    [{ "README.md": "The checkout is at /home/somebody/stoa." }, "/home/somebody"],
    [{ "docs/decisions/0001-why.md": "As issue 12 asks." }, "issue 12"],
    [{ ".npmrc": "registry=https://registry.npmjs.org/" }, "registry.npmjs.org"],
    [{ "src/http/server.ts": "// Written by ChatGPT.\nexport const one = 1;" }, "ChatGPT"],
  ],
  lockfile: [
    [{ "package-lock.json": '{"packages":{"node_modules/pg":{"version":"8.0.0","resolved":"https://example.test/pg.tgz"}}}' }, "resolved"],
    [{ "package.json": '{"dependencies":{"pg":"^8.0.0"}}' }, "not an exact version"],
    [{ "package-lock.json": '{"packages":{"node_modules/a":{"optionalDependencies":{"a-linux-x64":"1.0.0"}}}}' }, "a-linux-x64 is missing"],
  ],
};

const copies: string[] = [];

function build(tree: Tree): string {
  const root = mkdtempSync(join(tmpdir(), "stoa-lint-"));
  copies.push(root);
  for (const [path, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

afterEach(() => {
  for (const copy of copies.splice(0)) rmSync(copy, { recursive: true });
});

test("every lint has a planted violation, and none is planted for a lint that is gone", () => {
  expect(Object.keys(planted).sort()).toEqual(rules.map(({ name }) => name).sort());
});

for (const rule of rules) {
  test(`the lint ${rule.name} reads a lawful checkout and finds nothing`, () => {
    const { read, violations } = rule.find(readProject(build(lawful)));
    expect(violations).toEqual([]);
    expect(read).toBeGreaterThan(0);
  });

  test(`the lint ${rule.name} reports each violation planted for it, in the file where it stands`, () => {
    for (const [plant, message] of planted[rule.name] ?? []) {
      const { violations } = rule.find(readProject(build({ ...lawful, ...plant })));
      expect(violations.map((violation) => violation.message).join("\n"), JSON.stringify(plant)).toContain(message);
      const path = Object.keys(plant)[0] ?? "";
      expect(violations.some((violation) => path.startsWith(violation.path) || violation.path.startsWith("src/modules"))).toBe(true);
    }
  });
}

test("a violation inside a statement is reported at its own line", () => {
  const plant = { "src/modules/orders/read.ts": `${sqlHead}tx.query(sql\`select *\n from orders\n where at < now()\`);` };
  const clock = rules.find(({ name }) => name === "one-clock");
  expect(clock?.find(readProject(build({ ...lawful, ...plant }))).violations).toMatchObject([
    { path: "src/modules/orders/read.ts", line: 4 },
  ]);
});

test("the targets of a statement are read through every form of writing, and locks and conflicts are not writes", () => {
  const targets = (text: string) => writtenTables(text).map(({ table }) => table);
  expect(
    targets("with a as (insert into public.one (x) values (1) returning x), b as (update only two set x = 1) delete from three"),
  ).toEqual(["one", "three", "two"]);
  expect(targets("merge into four using five on true when matched then delete")).toEqual(["four"]);
  expect(targets("truncate table six")).toEqual(["six"]);
  expect(targets("select 1 from seven for update of seven skip locked")).toEqual([]);
  expect(targets("select 1 from seven for no key update of seven")).toEqual([]);
  expect(targets("insert into eight values (1) on conflict do update set x = 1")).toEqual(["eight"]);
});
