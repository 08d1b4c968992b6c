import pg from "pg";

/** Runs one statement on a connection of its own and gives its rows. */
export async function ask(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // A server that is killed under the connection says so here; the statement reports it too.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const answer = await client.query<Record<string, unknown>>(statement);
    return answer.rows;
  } finally {
    await client.end();
  }
}
