import { realpathSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { type Credentials, databaseName, ownerName, pgdataOf, superuserName } from "./cluster.ts";
import { EmbeddedFailure, systemErrorCode } from "./embedded-failure.ts";
import { host, type RunningServer } from "./server.ts";

const prepareOwner = `
  do $$
  begin
    if not exists (select from pg_roles where rolname = 'stoa_owner') then
      create role stoa_owner login createdb createrole;
    end if;
    execute format('alter role stoa_owner password %L', current_setting('stoa.owner_password'));
  end $$`;

/** How long a server that breaks connections off is asked again: one that lost a backend to a kill recovers meanwhile. */
const patienceMilliseconds = 30_000;
const retryMilliseconds = 50;

/**
 * The server that `find` brings up, once it is sure that it is the one of this data directory and has the owner role and its database: the
 * owner is no superuser, so that what works here works on a PostgreSQL of one's own. Repeating it changes nothing. Call under the start lock.
 * @throws EmbeddedFailure when the server does not answer or does not know the password
 */
export async function openToOwner(
  dataDirectory: string,
  credentials: Credentials,
  find: () => Promise<RunningServer>,
): Promise<RunningServer> {
  const startedAt = performance.now();
  for (;;) {
    const server = await find();
    try {
      await ensureOwner(dataDirectory, server, credentials);
      return server;
    } catch (error) {
      if (error instanceof EmbeddedFailure) throw error;
      const refusesPassword = systemErrorCode(error)?.startsWith("28") === true;
      if (refusesPassword || performance.now() - startedAt > patienceMilliseconds) throw shutOut(dataDirectory, server, error);
    }
    await delay(retryMilliseconds);
  }
}

function shutOut(dataDirectory: string, server: RunningServer, cause: unknown): EmbeddedFailure {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EmbeddedFailure(
    `The PostgreSQL of ${dataDirectory} (process ${server.pid}, port ${server.port}) does not let us in (${reason}); end it and start again.`,
    "",
    { cause },
  );
}

async function ensureOwner(dataDirectory: string, server: RunningServer, credentials: Credentials): Promise<void> {
  const client = new pg.Client({
    host,
    port: server.port,
    user: superuserName,
    password: credentials.superuserPassword,
    database: "postgres",
    connectionTimeoutMillis: 10_000,
    query_timeout: 60_000,
    application_name: "stoa embedded",
  });
  // A connection that breaks while it is idle says so by an event; the next statement reports it.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const answer = await client.query<{ directory: string }>("select current_setting('data_directory') as directory");
    if (realpathSync(answer.rows[0]?.directory ?? "/") !== realpathSync(pgdataOf(dataDirectory))) {
      throw new EmbeddedFailure(
        `Port ${server.port} of ${host} leads to the PostgreSQL of another folder; end process ${server.pid} and start again.`,
      );
    }
    await client.query("select set_config('stoa.owner_password', $1, false)", [credentials.ownerPassword]);
    await client.query(prepareOwner);
    const found = await client.query("select from pg_database where datname = 'stoa'");
    if (found.rowCount === 0) await client.query("create database stoa owner stoa_owner");
  } finally {
    await client.end();
  }
}

/** The connection string of the owner (no superuser) to database `stoa`. */
export function ownerUrlOf(server: RunningServer, credentials: Credentials): string {
  return `postgresql://${ownerName}:${credentials.ownerPassword}@${host}:${server.port}/${databaseName}`;
}

/** The connection string of the superuser to database `stoa`. */
export function superuserUrlOf(server: RunningServer, credentials: Credentials): string {
  return `postgresql://${superuserName}:${credentials.superuserPassword}@${host}:${server.port}/${databaseName}`;
}
