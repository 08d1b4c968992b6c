import { readdirSync } from "node:fs";
import { join } from "node:path";
import { machines } from "../../src/cli/machines.ts";
import { readDocument, root } from "./documents.ts";

/** The words that a reader meets in the database. */
export const stoaWords = {
  /** Every table that the migrations create. */
  tables(): string[] {
    const files = readdirSync(join(root, "db/migrations")).filter((name) => name.endsWith(".sql"));
    return files.flatMap((name) =>
      [...readDocument(`db/migrations/${name}`).matchAll(/^create table (\w+)/gm)].map(([, table]) => table ?? ""),
    );
  },

  /** Every state of every machine. */
  states(): { machine: string; state: string }[] {
    return machines.flatMap(({ name, edges }) => [...new Set(edges.map(({ to }) => to))].map((state) => ({ machine: name, state })));
  },
};
