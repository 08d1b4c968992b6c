import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readProject, sqlLiterals } from "../../tools/lint/project.ts";
import { loadParser, neverNullColumns } from "../../tools/safeql/never-null.ts";
import { findUnrunnable } from "../../tools/safeql/runnable.ts";
import { checkStatements } from "../../tools/safeql/statements.ts";
import { openEmptyDatabase, openTestDatabase, type TestDatabase } from "../support/database.ts";

const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const room = realpathSync(mkdtempSync(join(tmpdir(), "stoa-sql-")));
let planted: TestDatabase;

const head = `
  type SellerId = string & { readonly seller: true };
  type Instant = number & { readonly instant: true };
  declare const sql: <Row = void>(strings: TemplateStringsArray, ...values: readonly unknown[]) => Row;
  declare const sellerId: SellerId;
  declare const sellerIds: readonly SellerId[];
  declare const names: readonly string[];
`;

beforeAll(async () => {
  planted = await openEmptyDatabase();
  await planted.owner(
    "create table sellers (seller_id uuid primary key, name text not null, note text, sales bigint not null, at timestamptz not null)",
  );
  await planted.owner("create table offers (offer_id uuid primary key, seller_id uuid not null, price bigint not null)");
});

afterAll(async () => {
  rmSync(room, { recursive: true });
  await planted.close();
});

let projects = 0;

/** Makes a project. Each has a folder of its own, because the compiler remembers for a while what it found in a folder. */
function openProject(): string {
  projects += 1;
  const project = join(room, String(projects));
  mkdirSync(join(project, "src"), { recursive: true });
  writeFileSync(join(project, "package.json"), "{}");
  writeFileSync(
    join(project, "tsconfig.json"),
    '{"compilerOptions":{"strict":true,"target":"es2024","module":"nodenext","noEmit":true,"types":[]},"include":["src"]}',
  );
  return project;
}

/** Checks each statement in a file of its own and gives what was said of it. */
async function judge(statements: Record<string, string>): Promise<Record<string, string[]>> {
  const project = openProject();
  const files = Object.keys(statements);
  files.forEach((name, index) =>
    writeFileSync(join(project, "src", `s${index}.ts`), `${head}export const statement = ${statements[name]};\n`),
  );
  const { statements: read, problems } = await checkStatements(project, ["src/*.ts"], planted.ownerUrl);
  expect(read).toBe(files.length);
  return Object.fromEntries(files.map((name, index) => [name, problems.filter((problem) => problem.startsWith(`src/s${index}.ts:`))]));
}

test("a statement whose declared row is what it answers with is accepted", async () => {
  const said = await judge({
    brand:
      "sql<{ seller_id: SellerId; name: string; sales: bigint; at: Instant }>`select seller_id, name, sales, at from sellers where seller_id = ${sellerId}`",
    state: 'sql<{ name: "open" | "closed" }>`select name from sellers`',
    nullable: "sql<{ note: string | null }>`select note from sellers`",
    required: "sql<{ note: string }>`select note from sellers where note is not null`",
    outer:
      "sql<{ name: string; price: bigint | null }>`select s.name, o.price from sellers s left join offers o on o.seller_id = s.seller_id`",
    list: "sql<{ seller_id: SellerId; offers: bigint }>`select asked.seller_id, count(o.offer_id) as offers from unnest(${sellerIds}::uuid[]) as asked (seller_id) left join offers o on o.seller_id = asked.seller_id group by 1`",
    write:
      "sql`insert into sellers (seller_id, name, sales, at) select seller_id, name, 0, current_timestamp from unnest(${sellerIds}::uuid[], ${names}::text[]) as t (seller_id, name)`",
    returning: "sql<{ sales: bigint }>`update sellers set sales = sales + 1 where seller_id = any (${sellerIds}::uuid[]) returning sales`",
  });
  expect(Object.values(said).flat()).toEqual([]);
});

test("a statement that the schema refuses, or whose declared row is another, is reported", async () => {
  const said = await judge({
    "no such column": "sql<{ nam: string }>`select nam from sellers`",
    "no such table": "sql<{ name: string }>`select name from seller`",
    "another type of parameter": 'sql<{ name: string }>`select name from sellers where seller_id = ${names[0] ?? ""}`',
    "syntax error": "sql`update sellers sets name = ''`",
    "null forgotten": "sql<{ note: string }>`select note from sellers`",
    "null of an outer join forgotten":
      "sql<{ price: bigint }>`select o.price from sellers s left join offers o on o.seller_id = s.seller_id`",
    "null of an aggregate forgotten": "sql<{ price: bigint }>`select max(price) as price from offers`",
    "a bigint as a number": "sql<{ sales: number }>`select sales from sellers`",
    "a moment as a string": "sql<{ at: string }>`select at from sellers`",
    "not declared": "sql<{ name: string }>`select name, sales from sellers`",
    "not selected": "sql<{ name: string; sales: bigint }>`select name from sellers`",
  });
  expect(Object.entries(said).filter(([, problems]) => problems.length !== 1)).toEqual([]);
  expect(said["no such column"]?.[0]).toContain('column "nam" does not exist');
  expect(said["null of an outer join forgotten"]?.[0]).toContain("the column price is bigint | null, declared as bigint");
  expect(said["a moment as a string"]?.[0]).toContain("the column at is Instant, declared as string");
  expect(said["not declared"]?.[0]).toContain("the column sales (bigint) is selected and not declared");
});

test("the second opinion calls a column never null only where the statement forces it", async () => {
  await loadParser();
  const required = new Set(["orders.id", "orders.total", "lines.order_id"]);
  const never = (text: string, nullable: number[] = []) => [...neverNullColumns(text, required, new Set(nullable))];
  expect(never("select id, total, note from orders")).toEqual(["id", "total"]);
  expect(never("select o.id, l.order_id from orders o left join lines l on l.order_id = o.id")).toEqual(["id"]);
  expect(never("select o.id, l.order_id from orders o right join lines l on l.order_id = o.id")).toEqual(["order_id"]);
  expect(never("select o.id, l.order_id from orders o full join lines l on l.order_id = o.id")).toEqual([]);
  expect(never("select note from orders where note is not null and total > 1")).toEqual(["note"]);
  expect(never("select note from orders where note is not null or total > 1")).toEqual([]);
  expect(never("select a.x, a.y from unnest($1::int[]) with ordinality as a (x, y)")).toEqual(["x", "y"]);
  expect(never("select a.x from orders o left join unnest($1::int[]) as a (x) on a.x = 1")).toEqual([]);
  expect(never("with c as (select id, note from orders) select c.id, c.note from c")).toEqual(["id"]);
  expect(never("with c (k) as (delete from orders returning id) select k from c")).toEqual(["k"]);
  expect(never("select (select coalesce(json_agg(id), '[]') from orders) as all, (select json_agg(id) from orders) as some")).toEqual([
    "all",
  ]);
  expect(never("select (select coalesce(id, 1) from orders where id = 2) as one")).toEqual([]);
  expect(never("select max(total) as top, count(*) as n, stoa_now() as at from orders")).toEqual(["n", "at"]);
  expect(never("select id, sum(total) as total, max(note) as note from orders group by id")).toEqual(["id", "total"]);
  expect(never("select sum(total) filter (where note = '') as total from orders group by id")).toEqual([]);
  expect(never("select $1::int as a, $2::int as b", [2])).toEqual(["a"]);
  expect(never("select id from orders union all select note from orders")).toEqual([]);
});

test("a statement that no role was granted is reported, with what the database said", async () => {
  const migrated = await openTestDatabase();
  try {
    const plan = (path: string, text: string) => {
      const [literal] = sqlLiterals({ path, text, tree: ts.createSourceFile(path, `sql\`${text}\``, ts.ScriptTarget.ESNext, true) });
      if (literal === undefined) throw new Error("no literal");
      return literal;
    };
    const granted = plan("src/views/one.ts", "select line_id from bank_lines where amount > $1");
    const missing = plan("src/views/one.ts", "update events set data = $1");
    const owners = plan("src/platform/db/one.ts", "update events set data = $1");
    const { read, unrunnable } = await findUnrunnable(migrated.ownerUrl, [granted, missing, owners]);
    expect(read).toBe(3);
    expect(unrunnable).toEqual([{ statement: missing, refusal: "stoa_application: permission denied for table events" }]);
  } finally {
    await migrated.close();
  }
});

test("the check reads every sql literal that the syntax trees of src hold", async () => {
  const migrated = await openTestDatabase();
  try {
    const literals = readProject(checkout)
      .code.filter(({ path }) => path.startsWith("src/"))
      .flatMap(sqlLiterals);
    const { statements } = await checkStatements(checkout, ["src/**/*.ts"], migrated.ownerUrl, "tsconfig.src.json");
    expect(literals.length).toBeGreaterThan(50);
    expect(statements).toBe(literals.length);
  } finally {
    await migrated.close();
  }
}, 120_000);
