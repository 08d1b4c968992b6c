import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import pg, { type QueryResultRow } from "pg";
import { machines } from "../../src/cli/machines.ts";
import { type Database, openDatabase } from "../../src/platform/db/index.ts";
import { migrate, migrationsFolder } from "../../src/platform/db/migrations.ts";
import { ensureLogin } from "../../src/platform/db/roles.ts";
import { edgeRows } from "../../src/platform/lifecycle/index.ts";

/** The edges that a migrated database of the tests knows. */
export const lifecycleEdges = edgeRows(machines);

/** A login user that owns nothing, as the application's is in production. */
export const testLogin = "stoa_test_login";

/** A migrated database of one's own, and the two ways into it. */
export type TestDatabase = {
  readonly name: string;
  /** The application's way in: a login user that owns nothing and only does what the roles may. */
  readonly url: string;
  /** The way in of whoever owns the schema. Row-level security holds for it too. */
  readonly ownerUrl: string;
  /** A pool on `url`, opened when first asked for. */
  readonly database: Database;
  /** Looks or plants as the owner: `await test.owner("update clock_offset set …")`. */
  readonly owner: <Row extends QueryResultRow>(text: string, values?: readonly unknown[]) => Promise<Row[]>;
  readonly close: () => Promise<void>;
};

/**
 * Clones the migrated template, which the first who asks makes.
 * @param adminUrl may create databases and roles; left out: the PostgreSQL that this run of the tests shares
 */
export async function openTestDatabase(adminUrl?: string): Promise<TestDatabase> {
  return await openClone(adminUrl ?? (await import("./postgres.ts")).sharedPostgres().adminUrl);
}

/** Like `openTestDatabase`, without anything in it: what a first migration meets. The login user is there and no member of anything new. */
export async function openEmptyDatabase(adminUrl?: string): Promise<TestDatabase> {
  const admin = adminUrl ?? (await import("./postgres.ts")).sharedPostgres().adminUrl;
  await ensureLogin(admin, testLogin, loginPassword(admin));
  return await create(admin, "template0");
}

async function openClone(adminUrl: string): Promise<TestDatabase> {
  return await create(adminUrl, await template(adminUrl));
}

async function create(adminUrl: string, template: string): Promise<TestDatabase> {
  const name = `stoa_test_${process.pid}_${randomBytes(5).toString("hex")}`;
  await as(adminUrl, (admin) => admin.query(`create database ${name} template ${template}`));
  const ownerUrl = withDatabase(adminUrl, name);
  const url = withUser(ownerUrl, testLogin, loginPassword(adminUrl));
  let opened: Database | undefined;
  return {
    name,
    url,
    ownerUrl,
    get database() {
      opened ??= openDatabase({ url, applicationName: name });
      return opened;
    },
    owner: async <Row extends QueryResultRow>(text: string, values: readonly unknown[] = []) =>
      await as(ownerUrl, async (owner) => (await owner.query<Row>(text, [...values])).rows),
    close: async () => {
      await opened?.close();
      await as(adminUrl, (admin) => dropDatabase(admin, name));
    },
  };
}

/** Drops it whoever is connected. An autovacuum at work there is nobody whom `force` may end, but a plain drop ends it and waits for it. */
async function dropDatabase(admin: pg.Client, name: string): Promise<void> {
  try {
    await admin.query(`drop database if exists ${name} with (force)`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== insufficientPrivilege) throw error;
    await admin.query(`drop database if exists ${name}`);
  }
}

const insufficientPrivilege = "42501";

const templates = new Map<string, Promise<string>>();

function template(adminUrl: string): Promise<string> {
  const known = templates.get(adminUrl);
  if (known !== undefined) return known;
  const made = makeTemplate(adminUrl);
  templates.set(adminUrl, made);
  return made;
}

const templateLock = 5_309_700_131n;

async function makeTemplate(adminUrl: string): Promise<string> {
  const name = `stoa_template_${await schemaHash()}`;
  return await as(adminUrl, async (admin) => {
    // Held until this connection ends, so the other test files wait for the first.
    await admin.query("select pg_advisory_lock($1)", [templateLock]);
    const { rowCount } = await admin.query("select from pg_database where datname = $1", [name]);
    if (rowCount === 1) return name;
    await ensureLogin(adminUrl, testLogin, loginPassword(adminUrl));
    // A half-made template never gets the name that is looked for.
    const draft = `${name}_draft`;
    await admin.query(`drop database if exists ${draft} with (force)`);
    await admin.query(`create database ${draft} template template0`);
    await migrate({ ownerUrl: withDatabase(adminUrl, draft), applicationUser: testLogin, edges: lifecycleEdges, log: () => undefined });
    await admin.query(`alter database ${draft} rename to ${name}`);
    return name;
  });
}

async function schemaHash(): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(lifecycleEdges));
  for (const file of (await readdir(migrationsFolder)).sort()) hash.update(file).update(await readFile(join(migrationsFolder, file)));
  return hash.digest("hex").slice(0, 16);
}

async function as<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: "stoa tests" });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

// Whoever may sign in as the administrator may know it, nobody else can.
function loginPassword(adminUrl: string): string {
  return createHash("sha256")
    .update(`${testLogin} of ${new URL(adminUrl).password}`)
    .digest("base64url");
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

function withUser(url: string, user: string, password: string): string {
  const changed = new URL(url);
  changed.username = user;
  changed.password = password;
  return changed.href;
}
