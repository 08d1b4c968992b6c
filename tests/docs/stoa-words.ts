import { readdirSync } from "node:fs";
import { join } from "node:path";
import { machines } from "../../src/cli/machines.ts";
import { readDocument, root } from "./documents.ts";

/** The words that a reader meets in the database. */
export const stoaWords = {
  /** Every table that the migrations create and leave. */
  tables(): string[] {
    const files = readdirSync(join(root, "db/migrations")).filter((name) => name.endsWith(".sql"));
    const named = (statement: RegExp) =>
      files.flatMap((name) => [...readDocument(`db/migrations/${name}`).matchAll(statement)].map(([, table]) => table ?? ""));
    const dropped = new Set(named(/^drop table (\w+)/gm));
    return named(/^create table (\w+)/gm).filter((table) => !dropped.has(table));
  },

  /** Every state of every machine. */
  states(): { machine: string; state: string }[] {
    return machines.flatMap(({ name, edges }) => [...new Set(edges.map(({ to }) => to))].map((state) => ({ machine: name, state })));
  },
};
