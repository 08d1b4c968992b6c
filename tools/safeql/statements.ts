import { createRequire } from "node:module";
import * as safeql from "@ts-safeql/eslint-plugin";
import * as parser from "@typescript-eslint/parser";
import { ESLint } from "eslint";
import pg from "pg";
import { columnTypes } from "./columns.ts";
import type * as Rows from "./rows.ts";

// SafeQL requires its plugin; required here too, it is the same module with the same counts, whatever loads this file.
const { loadParser, required, seen } = createRequire(import.meta.url)("./rows.ts") as typeof Rows;

/** What SafeQL saw: the statements it read, those that answer with rows, and what is wrong with them. */
export interface Statements {
  statements: number;
  answering: number;
  problems: string[];
}

async function readRequiredColumns(databaseUrl: string): Promise<void> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(`
      select c.relname || '.' || a.attname as name
      from pg_attribute a
        join pg_class c on c.oid = a.attrelid
      where c.relnamespace in ('public'::regnamespace, 'pg_catalog'::regnamespace) and c.relkind in ('r', 'p') and a.attnum > 0 and a.attnotnull and not a.attisdropped`);
    required.clear();
    for (const { name } of rows) required.add(name);
  } finally {
    await client.end();
  }
}

/**
 * Checks every sql`…` literal of the named files (globs from `root`) against the migrated database at `databaseUrl`: that the statement
 * can be prepared, and that the declared row is what it answers with.
 */
export async function checkStatements(
  root: string,
  globs: readonly string[],
  databaseUrl: string,
  settings = "tsconfig.json",
): Promise<Statements> {
  await loadParser();
  await readRequiredColumns(databaseUrl);
  const before = { ...seen };
  const connection = {
    databaseUrl,
    // A plugin is loaded like a package, from the project's folder.
    plugins: [{ package: `${import.meta.dirname}/rows.ts` }],
    overrides: { types: columnTypes },
  };
  const eslint = new ESLint({
    cwd: root,
    overrideConfigFile: true,
    allowInlineConfig: false,
    overrideConfig: [
      {
        files: ["**/*.ts"],
        languageOptions: { parser, parserOptions: { project: settings, tsconfigRootDir: root } },
        plugins: { "@ts-safeql": safeql as unknown as ESLint.Plugin },
        rules: { "@ts-safeql/check-sql": ["error", { connections: connection }] },
      },
    ],
  });
  const results = await eslint.lintFiles([...globs]);
  const problems = results.flatMap(({ filePath, messages }) =>
    messages.map(({ line, message }) => `${filePath.slice(root.length + 1)}:${line} ${message.replaceAll(/\s*\n\s*/g, " ")}`),
  );
  return { statements: seen.statements - before.statements, answering: seen.answering - before.answering, problems };
}
