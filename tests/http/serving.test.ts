import { chmod, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { codeOf } from "../support/caller.ts";
import { jsonOf, send } from "../support/barrier.ts";
import { openEmptyDatabase, openTestDatabase, type TestDatabase } from "../support/database.ts";
import { openMarket } from "../support/market.ts";
import { runStoa, startServer } from "../support/server.ts";
import { createConnection } from "./connection.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const environment = () => ({ DATABASE_URL: database.url, DATABASE_OWNER_URL: database.ownerUrl, PORT: "0" });

describe("a command that cannot do what it is asked says so in a sentence and ends with 1", () => {
  const words = (lines: readonly string[]): string => lines.join("\n");

  test("for every mistake of the configuration at once", async () => {
    const { code, lines } = await runStoa(["serve"], {
      ...{ DATABASE_URL: "mysql://me:hidden-password@host/db", PORT: "http", HOST: "nowhere", LOG_LEVEL: "loud", DB_PREPARED: "maybe" },
      ...{ STOA_POOL_SIZE: "0", METRICS_TOKEN: "short", STOA_LANES: "99" },
    });
    expect(code).toBe(1);
    for (const name of ["DATABASE_URL", "PORT", "HOST", "LOG_LEVEL", "DB_PREPARED", "STOA_POOL_SIZE", "METRICS_TOKEN", "STOA_LANES"]) {
      expect(lines.filter((line) => line.trim().startsWith(`${name} `))).toHaveLength(1);
    }
    expect(words(lines)).not.toContain("hidden-password");
  });

  test("for a command or option that there is not", async () => {
    for (const wrong of [["sell"], ["serve", "--fast"], ["operator"], ["operator", "init", "--name"], ["doctor", "now"]]) {
      const { code, lines } = await runStoa(wrong, environment());
      expect({ wrong, code, usage: words(lines).includes("stoa <command>") }).toEqual({ wrong, code: 1, usage: true });
    }
  });

  test("for a server without a database", async () => {
    const { code, lines } = await runStoa(["serve"], {});
    expect([code, words(lines)]).toEqual([1, expect.stringContaining("`stoa serve` needs DATABASE_URL")]);
  });

  test("for a database that cannot be reached, or not by this user", async () => {
    const gone = new URL(database.url);
    gone.port = "1";
    for (const command of [["serve"], ["start"], ["migrate"], ["doctor"]]) {
      const { code, lines } = await runStoa(command, { DATABASE_URL: gone.href, PORT: "0" });
      const said = expect.stringMatching(/^The database cannot be reached: .*ECONNREFUSED.*\. See that it runs/);
      expect({ command, code, lines }).toEqual({ command, code: 1, lines: [said] });
    }
    const stranger = new URL(database.url);
    stranger.password = "wrong";
    const refused = await runStoa(["serve"], { DATABASE_URL: stranger.href });
    expect([refused.code, words(refused.lines)]).toEqual([1, expect.stringContaining("The database refuses this user or password")]);
  });

  test("for a database that was not migrated", async () => {
    const empty = await openEmptyDatabase();
    for (const command of [["serve"], ["doctor"], ["operator", "init"]]) {
      const { code, lines } = await runStoa(command, { DATABASE_URL: empty.url, PORT: "0" });
      expect({ command, code, lines }).toEqual({ command, code: 1, lines: [expect.stringMatching(/run `stoa migrate`/)] });
    }
    const migrating = await runStoa(["migrate"], { DATABASE_URL: empty.url });
    expect(migrating).toMatchObject({ code: 1, lines: [expect.stringContaining("set DATABASE_OWNER_URL to the user who owns it")] });
    await empty.close();
  });

  test("for a port that is taken", async () => {
    const taker = createServer();
    const port = await new Promise<number>((resolve) =>
      taker.listen(0, "127.0.0.1", () => resolve((taker.address() as { port: number }).port)),
    );
    for (const command of ["serve", "start"]) {
      const { code, lines } = await runStoa([command], { ...environment(), PORT: String(port) });
      expect({ command, code, last: lines.at(-1) }).toEqual({
        command,
        code: 1,
        last: `Port ${port} on 127.0.0.1 is taken: end what listens there, or set PORT to another one.`,
      });
    }
    taker.close();
  });

  test("for a second operator: the first key is printed once", async () => {
    const first = await runStoa(["operator", "init", "--json"], environment());
    const second = await runStoa(["operator", "init"], environment());
    expect(first.code).toBe(0);
    expect(JSON.parse(words(first.lines))).toMatchObject({ secret: expect.stringMatching(/^stoa_[0-9a-z]{26}_[\w-]{32}$/) });
    expect([second.code, words(second.lines)]).toEqual([1, expect.stringContaining("There is an operator already")]);
    expect(words(second.lines)).not.toMatch(/stoa_[0-9a-z]{26}_/);
  });
});

test("doctor ends with 0 on a sound market", async () => {
  const { code, lines } = await runStoa(["doctor", "--json"], environment());
  expect([code, JSON.parse(lines.join("\n"))]).toMatchObject([0, { ok: true }]);
});

test("a server that is told to end answers what is under way, takes nothing new and ends with 0", async () => {
  const market = await openMarket();
  const company = await market.company();
  const [server] = market.servers;
  const holder = new pg.Client({ connectionString: market.database.ownerUrl });
  const kept = createConnection(server?.url ?? "");
  await holder.connect();
  try {
    await kept.send({ method: "GET", path: "/health/live" });
    await holder.query("begin; lock table credit_accounts in access exclusive mode");
    const path = `/v1/operator/companies/${company.id}/credit-accounts/EUR`;
    const underWay = market.operator.send("PUT", path, { limit: { amount: 5, currency: "EUR" } });
    await until(async () => (await holder.query("select from pg_locks where not granted")).rowCount === 1);

    const ended = server?.stop();
    await server?.logged(/"message":"ending"/);
    const ready = await kept.send({ method: "GET", path: "/health/ready" }).catch((error: unknown) => error);
    const fresh = await createConnection(server?.url ?? "")
      .send({ method: "GET", path: "/v1/buyer/orders" })
      .catch((error: unknown) => error);
    await holder.query("rollback");

    for (const late of [ready, fresh]) {
      if (late instanceof Error) expect(late).toMatchObject({ code: expect.stringMatching(/^ECONN(REFUSED|RESET)$/) });
      else expect(late).toMatchObject({ status: 503, headers: { "retry-after": "2" } });
    }
    expect((await underWay).status).toBe(200);
    expect(await ended).toEqual({ code: 0, signal: null });
  } finally {
    kept.close();
    await holder.end();
    await market.close();
  }
});

/** Asks again and again until it is so; the time-out of the test is its bound. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
}

describe("stoa start", () => {
  const folders: string[] = [];
  afterEach(async () => {
    await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
  });

  test("opens a demo market whose printed line places an order; killed and started again it finds its data and prints the same keys", {
    timeout: 120_000,
  }, async () => {
    const room = await mkdtemp(join(tmpdir(), "stoa-start-"));
    await chmod(room, 0o755); // as root PostgreSQL runs as another user, who has to get in
    const folder = join(room, "data");
    folders.push(join(folder, ".."));
    const start = () => startServer({ databaseUrl: "", commandLine: ["start"], environment: { STOA_DATA: folder } });
    const keysOf = (lines: readonly string[]) => lines.filter((line) => /^ {2}\S.*stoa_[0-9a-z]{26}_/.test(line));

    const first = await start();
    const line = await first.logged(/^curl /);
    const keys = keysOf(first.logs());
    expect(first.logs().filter((text) => text.startsWith("{"))).toEqual([]);
    await first.kill();
    const again = await start();
    const lineAgain = await again.logged(/^curl /);
    const kept = await stat(join(folder, "demo-keys.json"));

    expect(keys).toHaveLength(5);
    expect(keysOf(again.logs())).toEqual(keys);
    expect((kept.mode & 0o777).toString(8)).toBe("600");
    expect(lineAgain.replace(again.url, first.url)).toBe(line);

    const [, url = "", authorization = "", key = "", body = ""] =
      /^curl -sS (\S+) -H 'authorization: ([^']+)' -H 'content-type: application\/json' -H 'idempotency-key: ([^']+)' -d '([^']+)'$/.exec(
        lineAgain,
      ) ?? [];
    const order = {
      method: "POST",
      path: new URL(url).pathname,
      headers: { authorization, "idempotency-key": key },
      body: JSON.parse(body) as object,
    };
    const answers = [await send(again.url, order), await send(again.url, order)];
    expect(answers.map(({ status, headers }) => [status, headers["idempotent-replayed"]])).toEqual([
      [201, undefined],
      [201, "true"],
    ]);
    expect(jsonOf<{ state: string; orders: unknown[] }>(answers[0] as (typeof answers)[0])).toMatchObject({
      state: "confirmed",
      orders: [{}, {}],
    });

    const { operator } = JSON.parse(await readFile(join(folder, "demo-keys.json"), "utf8")) as { operator: { key: string } };
    const doctor = await send(again.url, {
      method: "GET",
      path: "/v1/operator/doctor",
      headers: { authorization: `Bearer ${operator.key}` },
    });
    expect([codeOf(doctor), jsonOf(doctor)["violations"]]).toEqual([undefined, []]);
    expect(await again.stop()).toEqual({ code: 0, signal: null });
  });
});
