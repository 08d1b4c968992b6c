import { sql } from "../../src/platform/db/index.ts";
import type { TestDatabase } from "../support/database.ts";

/** A table of its own to write to: who writes what is the tests' matter, not a module's. */
export async function createNotes({ owner }: TestDatabase): Promise<void> {
  await owner(`
    create table notes (n integer, body text not null default '', constraint notes_pkey primary key (n), constraint notes_are_small check (n < 1000));
    grant select, insert, update, delete on notes to stoa_operator, stoa_flow;
    grant select on notes to stoa_read`);
}

export const insertNote = (n: number) => sql`insert into notes (n) values (${n})`;

export const readNote = (n: number) => sql<{ n: number }>`select n from notes where n = ${n}`;

/** What another connection sees: what has been committed. */
export async function committed({ owner }: TestDatabase, n: number): Promise<boolean> {
  const rows = await owner("select n from notes where n = $1", [n]);
  return rows.length === 1;
}
