import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { runner } from "node-pg-migrate";
import type { Database } from "./database.ts";
import { isLockTimeout, sqlState } from "./faults.ts";
import { type LifecycleEdge, syncLifecycleEdges } from "./lifecycle-edges.ts";
import { type OwnerConnection, withOwnerConnection } from "./owner-connection.ts";
import { ensureRoles } from "./roles.ts";
import { sql } from "./sql.ts";
import { withReader } from "./transaction.ts";

/** The files that make the schema, in the order of their names. They only ever go forward. */
export const migrationsFolder = fileURLToPath(new URL("../../../db/migrations/", import.meta.url));

const migrationsTable = "stoa_migrations";

const oldestVersion = 15;
const newestVersion = 18;

// The library's own lock, so that somebody who calls its command by hand waits too.
const migrationLock = 7_241_865_325_823_964n;

/** The database cannot be migrated as it is; the message is one sentence for whoever runs it. */
export class MigrationRefused extends Error {
  override readonly name = "MigrationRefused";
}

export type MigrationOptions = {
  /** Connects as the owner of the schema. */
  readonly ownerUrl: string;
  /** The user that the application signs in as; it becomes a member of the roles. Left out: the owner. */
  readonly applicationUser?: string | undefined;
  /** The edges of all lifecycles, from the machines of the modules. */
  readonly edges: readonly LifecycleEdge[];
  readonly log: (line: string) => void;
  /** How long one who comes second waits for the first; default 60 s. */
  readonly lockWaitMillis?: number;
};

/**
 * Brings the database up to the code: roles, migrations, lifecycle edges. Any number may start at once; one works, the others wait.
 * @returns the names of the migrations it ran
 * @throws MigrationRefused, AdministratorNeeded, or the error of the migration, which left nothing of itself behind
 */
export async function migrate(options: MigrationOptions): Promise<readonly string[]> {
  return await withOwnerConnection(options.ownerUrl, async (owner) => {
    await checkVersion(owner, options.log);
    await checkOwnership(owner);
    await waitForTurn(owner, options.lockWaitMillis ?? 60_000);
    try {
      await ensureRoles(owner, options.applicationUser);
      const applied = await runMigrations(owner, options.log);
      await owner.command(`grant select on ${migrationsTable} to stoa_read`);
      const files = await migrationNames();
      const known = new Set(files);
      const run = await owner.query(sql<{ name: string }>`select name from stoa_migrations`);
      const newest = run.every(({ name }) => known.has(name));
      await syncLifecycleEdges(owner, options.edges, { since: files.at(-1) ?? "", retire: newest });
      return applied;
    } finally {
      await owner.query(sql<{ pg_advisory_unlock: boolean }>`select pg_advisory_unlock(${migrationLock})`);
    }
  });
}

/** The migrations that the code has and the database has not, in their order; all of them when it was never migrated. */
export async function pendingMigrations(database: Database): Promise<readonly string[]> {
  const files = await migrationNames();
  try {
    const run = await withReader(database, { role: "stoa_read" }, (reader) =>
      reader.query(sql<{ name: string }>`select name from stoa_migrations`),
    );
    const done = new Set(run.map(({ name }) => name));
    return files.filter((name) => !done.has(name));
  } catch (error) {
    if (neverMigrated.has(sqlState(error))) return files;
    throw error;
  }
}

// No such table; no such role to ask as; a login user that was not made a member of the roles.
const neverMigrated: ReadonlySet<string | undefined> = new Set(["42P01", "22023", "42501"]);

async function checkVersion(owner: OwnerConnection, log: (line: string) => void): Promise<void> {
  const [row] = await owner.query(
    sql<{
      version: number;
      name: string;
    }>`select current_setting('server_version_num')::integer as version, current_setting('server_version') as name`,
  );
  const version = Math.floor((row?.version ?? 0) / 10_000);
  if (version < oldestVersion)
    throw new MigrationRefused(`Stoa needs PostgreSQL ${oldestVersion} or newer, this is ${row?.name ?? "unknown"}.`);
  if (version > newestVersion) log(`PostgreSQL ${row?.name ?? ""} is newer than ${newestVersion}, the newest that Stoa is tested on.`);
}

// Before the roles: an administrator who made these for the wrong user would have done it in vain.
async function checkOwnership(owner: OwnerConnection): Promise<void> {
  const [row] = await owner.query(sql<{ name: string; may: boolean | null }>`
    select current_user::text as name, has_schema_privilege('public', 'create') as may`);
  if (row?.may === true) return;
  throw new MigrationRefused(
    `${row?.name ?? "This user"} may not make tables in this database: set DATABASE_OWNER_URL to the user who owns it.`,
  );
}

async function waitForTurn(owner: OwnerConnection, lockWaitMillis: number): Promise<void> {
  await owner.query(sql<{ set_config: string }>`select set_config('lock_timeout', ${String(lockWaitMillis)}, false)`);
  try {
    await owner.query(sql<{ pg_advisory_lock: void }>`select pg_advisory_lock(${migrationLock})`);
  } catch (error) {
    if (!isLockTimeout(error)) throw error;
    throw new MigrationRefused(`Another migration has been running for more than ${lockWaitMillis} ms; nothing was changed.`);
  }
  await owner.query(sql<{ set_config: string }>`select set_config('lock_timeout', '0', false)`);
}

async function runMigrations(owner: OwnerConnection, log: (line: string) => void): Promise<readonly string[]> {
  const begun = /^### MIGRATION (\S+)/;
  const applied = await runner({
    dbClient: owner.client,
    dir: migrationsFolder,
    direction: "up",
    migrationsTable,
    schema: "public",
    checkOrder: true,
    singleTransaction: false,
    noLock: true, // The lock is held already, around the roles and the edges too.
    logger: {
      debug: () => undefined,
      info: (line: string) => {
        const name = begun.exec(line)?.[1];
        if (name !== undefined) log(`migrating ${name}`);
      },
      warn: log,
      error: log,
    },
  });
  return applied.map(({ name }) => name);
}

async function migrationNames(): Promise<readonly string[]> {
  const files = await readdir(migrationsFolder);
  return files
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => file.slice(0, -".sql".length));
}
