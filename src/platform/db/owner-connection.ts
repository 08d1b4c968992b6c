import pg, { DatabaseError, type QueryResult } from "pg";
import { ConnectionLost } from "./faults.ts";
import { typeParser } from "./parsers.ts";
import type { Statement } from "./sql.ts";

/** A connection of its own, outside the pool, for what the owner of the schema does: roles, migrations, reading the schema. */
export type OwnerConnection = {
  /** @internal for the migration library */
  readonly client: pg.Client;
  readonly query: <Row>(statement: Statement<Row>) => Promise<readonly Row[]>;
  /** Runs a command that takes no parameters: what it names is quoted by `quoteName` or `quoteText`. */
  readonly command: (text: string) => Promise<void>;
};

/** Opens a connection, does the work and closes it, whatever the work came to. @throws ConnectionLost when the server cannot be reached */
export async function withOwnerConnection<T>(url: string, work: (owner: OwnerConnection) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    application_name: "stoa migrate",
    connectionTimeoutMillis: 10_000,
    types: { getTypeParser: typeParser },
  });
  // A break shows in the statement that waits; the event alone would end the process.
  let broken: Error | undefined;
  client.on("error", (error) => {
    broken = error;
  });
  try {
    await client.connect();
  } catch (error) {
    // What the server answered (wrong password, no such database) speaks for itself.
    throw error instanceof DatabaseError ? error : new ConnectionLost(error);
  }
  try {
    return await work({
      client,
      query: async (statement) => {
        const answer: QueryResult = await client.query({ text: statement.text, values: [...statement.values] });
        return answer.rows;
      },
      command: async (text) => {
        await client.query(text);
      },
    });
  } finally {
    if (broken === undefined) await client.end();
  }
}

/** A name as it may stand in a command. */
export const quoteName = pg.escapeIdentifier;

/** A text as it may stand in a command. */
export const quoteText = pg.escapeLiteral;
