import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { AdministratorNeeded, migrate, MigrationRefused, pendingMigrations, roles, sql } from "../../src/platform/db/index.ts";
import { startEmbedded } from "../../src/platform/db/embedded/index.ts";
import { migrationsFolder } from "../../src/platform/db/migrations.ts";
import { withOwnerConnection } from "../../src/platform/db/owner-connection.ts";
import { lifecycleEdges, openEmptyDatabase, openTestDatabase, type TestDatabase, testLogin } from "../support/database.ts";

const files = readdirSync(migrationsFolder)
  .filter((name) => name.endsWith(".sql"))
  .sort()
  .map((name) => name.replace(/\.sql$/, ""));

const opened: TestDatabase[] = [];
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});

async function open(kind: () => Promise<TestDatabase>): Promise<TestDatabase> {
  const database = await kind();
  opened.push(database);
  return database;
}

const quiet = () => undefined;
const edge = { machine: "door", from_state: "", event: "build", to_state: "shut" };
const edgesOf = ({ owner }: TestDatabase) => owner("select event, retired from lifecycle_edges where machine = 'door' order by event");

describe("migrating", () => {
  test("an empty database runs every file once, in order, however many start at once", async () => {
    const empty = await open(openEmptyDatabase);
    const lines: string[] = [];
    const starters = [1, 2, 3].map(() =>
      migrate({ ownerUrl: empty.ownerUrl, applicationUser: testLogin, edges: lifecycleEdges, log: (line) => lines.push(line) }),
    );
    const applied = await Promise.all(starters);
    expect(applied.map((names) => names.length).toSorted((a, b) => a - b)).toEqual([0, 0, files.length]);
    expect(lines).toEqual(files.map((name) => `migrating ${name}`));
    expect(await empty.owner("select name from stoa_migrations order by id")).toEqual(files.map((name) => ({ name })));
  });

  test("is pending until it was done, for the application's own eyes", async () => {
    const empty = await open(openEmptyDatabase);
    expect(await pendingMigrations(empty.database)).toEqual(files);
    await migrate({ ownerUrl: empty.ownerUrl, applicationUser: testLogin, edges: [], log: quiet });
    expect(await pendingMigrations(empty.database)).toEqual([]);
    await empty.owner("delete from stoa_migrations where name = $1", [files.at(-1)]);
    expect(await pendingMigrations(empty.database)).toEqual([files.at(-1)]);
  });

  test("does not wait for ever for the one who is at it", async () => {
    const clone = await open(openTestDatabase);
    await withOwnerConnection(clone.ownerUrl, async (other) => {
      await other.query(sql`select pg_advisory_lock(7241865325823964)`);
      const late = migrate({ ownerUrl: clone.ownerUrl, edges: [], log: quiet, lockWaitMillis: 50 });
      await expect(late).rejects.toThrow(MigrationRefused);
      await expect(late).rejects.toThrow("Another migration has been running for more than 50 ms; nothing was changed.");
    });
    await migrate({ ownerUrl: clone.ownerUrl, edges: lifecycleEdges, log: quiet, lockWaitMillis: 50 });
  });

  test("brings the lifecycle edges up to the code: adds, retires, revives", async () => {
    const clone = await open(openTestDatabase);
    const withEdges = (edges: readonly (typeof edge)[]) => migrate({ ownerUrl: clone.ownerUrl, edges, log: quiet });
    await withEdges([edge]);
    expect(await edgesOf(clone)).toEqual([{ event: "build", retired: false }]);
    await withEdges([{ ...edge, event: "deliver" }]);
    expect(await edgesOf(clone)).toEqual([
      { event: "build", retired: true },
      { event: "deliver", retired: false },
    ]);
    await withEdges([edge, { ...edge, event: "deliver" }]);
    expect(await edgesOf(clone)).toEqual([
      { event: "build", retired: false },
      { event: "deliver", retired: false },
    ]);
  });

  test("of an older version beside a newer schema retires none of the newer one's edges", async () => {
    const clone = await open(openTestDatabase);
    await migrate({ ownerUrl: clone.ownerUrl, edges: [edge], log: quiet });
    await clone.owner("insert into stoa_migrations (name, run_on) values ('9999_of_a_newer_version', current_timestamp)");
    await migrate({ ownerUrl: clone.ownerUrl, edges: [], log: quiet });
    expect(await edgesOf(clone)).toEqual([{ event: "build", retired: false }]);
  });
});

describe("an owner who may not create roles", () => {
  test("is told the SQL that an administrator has to run, and that SQL is enough", async () => {
    // A server of its own, because roles belong to the server and the shared one has them.
    const folder = await mkdtemp(join(tmpdir(), "stoa-roles-"));
    const server = await startEmbedded({ dataDirectory: folder, durable: false, log: quiet });
    try {
      const admin = (command: string) => withOwnerConnection(server.superuserUrl, (connection) => connection.command(command));
      await admin(`create role plain login password 'secret'`);
      await admin("create database plain owner plain");
      const url = new URL(server.superuserUrl);
      Object.assign(url, { username: "plain", password: "secret", pathname: "/plain" });
      const error: unknown = await migrate({ ownerUrl: url.href, edges: [], log: quiet }).catch((fault: unknown) => fault);
      if (!(error instanceof AdministratorNeeded)) throw error;
      expect(error.commands).toEqual([
        ...roles.map((role) => `create role "${role}" nologin;`),
        ...roles.map((role) => `grant "${role}" to "plain";`),
      ]);
      expect(error.message).toBe(
        `The roles of Stoa are missing and plain may not make them: let an administrator of the database run this, then run \`stoa migrate\` again.\n\n${error.commands.join("\n")}`,
      );
      await admin(error.commands.join("\n"));
      expect(await migrate({ ownerUrl: url.href, edges: [], log: quiet })).toEqual(files);
    } finally {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
