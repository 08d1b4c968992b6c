import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startEmbedded } from "../src/platform/db/embedded/index.ts";
import { type Caller, createCaller } from "../tests/support/caller.ts";
import { openTestDatabase } from "../tests/support/database.ts";
import { runStoa, type ServerProcess, startServer } from "../tests/support/server.ts";

/** A scratch PostgreSQL with fsync on, one migrated database in it, and real server processes on it. */
export type Stage = {
  /** The application's way into the database. */
  readonly url: string;
  /** The database as the superuser sees it, for its statistics. */
  readonly superuser: pg.Client;
  /** The process id of the PostgreSQL server. */
  readonly postmaster: number;
  /** Starts `stoa serve`, as in production, and quiet. */
  readonly serve: (options?: { readonly url?: string; readonly environment?: Record<string, string> }) => Promise<ServerProcess>;
  /** The operator, at a server that runs. */
  readonly operatorAt: (server: ServerProcess) => Caller;
  readonly close: () => Promise<void>;
};

/** Where they differ from the embedded server's own: statistics of statements, and no checkpoint on its own account while it is measured. */
const settings = {
  shared_preload_libraries: "pg_stat_statements",
  "pg_stat_statements.max": "10000",
  checkpoint_timeout: "30min",
  max_wal_size: "4GB",
};

const quiet = { NODE_ENV: "production", LOG_LEVEL: "warn" };

/** Brings it all up in a temporary folder, which `close` removes. `profileFolder`: each server writes a processor profile there when it ends. */
export async function openStage(profileFolder?: string): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "stoa-bench-"));
  const closing: (() => Promise<void> | void)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const close = async () => {
    for (const step of closing.toReversed()) await step();
  };
  try {
    const embedded = await startEmbedded({ dataDirectory: folder, settings, log: () => undefined });
    closing.push(() => embedded.stop());
    const database = await openTestDatabase(embedded.ownerUrl);
    closing.push(() => database.close());
    const superuser = new pg.Client({ connectionString: inDatabase(embedded.superuserUrl, database.name), application_name: "stoa bench" });
    await superuser.connect();
    closing.push(() => superuser.end());
    await superuser.query("create extension pg_stat_statements");
    const profiling = profileFolder === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profileFolder}` };
    const servers = new Set<ServerProcess>();
    closing.push(async () => {
      await Promise.all([...servers].map((server) => server.stop()));
    });
    const operatorKey = await firstOperatorKey(database);
    return {
      url: database.url,
      superuser,
      postmaster: embedded.pid,
      serve: async ({ url = database.url, environment = {} } = {}) => {
        const server = await startServer({
          databaseUrl: url,
          ownerUrl: database.ownerUrl,
          environment: { ...quiet, ...profiling, ...environment },
        });
        servers.add(server);
        void server.exited.then(() => servers.delete(server));
        return server;
      },
      operatorAt: (server) => createCaller(() => server.url, operatorKey),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function firstOperatorKey({ url, ownerUrl }: { url: string; ownerUrl: string }): Promise<string> {
  const { code, lines } = await runStoa(["operator", "init", "--name", "bench"], { DATABASE_URL: url, DATABASE_OWNER_URL: ownerUrl });
  const secret = /stoa_[0-9a-z]{26}_[\w-]{32}/.exec(lines.join("\n"))?.[0];
  if (code !== 0 || secret === undefined) throw new Error(`no operator key (code ${code}):\n${lines.join("\n")}`);
  return secret;
}

function inDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
