import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { squawk } from "../../tools/checks/squawk.ts";

const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const room = mkdtempSync(join(tmpdir(), "stoa-squawk-"));
mkdirSync(join(room, "node_modules"));
symlinkSync(join(checkout, "node_modules", ".bin"), join(room, "node_modules", ".bin"));
copyFileSync(join(checkout, ".squawk.toml"), join(room, ".squawk.toml"));

afterAll(() => rmSync(room, { recursive: true }));

const timeouts = "set local lock_timeout = '2s';\nset local statement_timeout = '60s';\n";

function judge(sql: string): ReturnType<typeof squawk> {
  writeFileSync(join(room, "0001_planted.sql"), sql);
  return squawk(room, ["0001_planted.sql"]);
}

test("a migration that makes a table under time-outs passes", async () => {
  expect(await judge(`${timeouts}create table one (id uuid primary key, at timestamptz not null, name text not null);`)).toEqual({
    read: 1,
    problems: [],
  });
});

const planted: Record<string, string> = {
  "require-lock-timeout": "set local statement_timeout = '60s';\nalter table one add column name text;",
  "require-statement-timeout": "set local lock_timeout = '2s';\nalter table one add column name text;",
  "require-concurrent-index-creation": `${timeouts}create index one_by_name on one (name);`,
  "adding-foreign-key-constraint": `${timeouts}alter table one add constraint one_two foreign key (two) references two (id);`,
  "constraint-missing-not-valid": `${timeouts}alter table one add constraint one_positive check (n > 0);`,
  "adding-required-field": `${timeouts}alter table one add column name text not null;`,
  "changing-column-type": `${timeouts}alter table one alter column name type bytea using name::bytea;`,
  "ban-drop-column": `${timeouts}alter table one drop column name;`,
  "renaming-column": `${timeouts}alter table one rename column name to title;`,
  "prefer-timestamp-tz": `${timeouts}create table one (at timestamp);`,
  "prefer-text-field": `${timeouts}create table one (name varchar(3));`,
  "prefer-identity": `${timeouts}create table one (id bigserial primary key);`,
  "identifier-too-long": `${timeouts}create table one (id uuid, constraint ${"x".repeat(64)} primary key (id));`,
  "syntax-error": `${timeouts}create tabel one (id uuid);`,
};

for (const [rule, sql] of Object.entries(planted)) {
  test(`a migration that breaks ${rule} is refused by that name`, async () => {
    const { read, problems } = await judge(sql);
    expect(read).toBe(1);
    expect(problems.join("\n")).toContain(rule);
  });
}
