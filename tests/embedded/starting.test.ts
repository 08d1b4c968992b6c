import { readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findEmbedded } from "../../src/platform/db/embedded/index.ts";
import { ask } from "./asking.ts";
import { makeRoom } from "./room.ts";

const { dataDirectory, start } = makeRoom();

describe("the first start", () => {
  test("makes a database in UTF-8 with checksums, durable, whose owner is no superuser, and listens on the loopback only", async () => {
    const directory = dataDirectory();
    expect(findEmbedded(directory)).toBeUndefined();

    const server = await start({ dataDirectory: directory, durable: true });

    const rows = await ask(
      server.ownerUrl,
      `select current_database() as database, current_user as "user", pg_encoding_to_char(encoding) as encoding,
              datlocprovider::text as provider, datlocale as locale, rolsuper as superuser, rolcreaterole as creates_roles,
              current_setting('data_checksums') as checksums, current_setting('fsync') as fsync,
              current_setting('synchronous_commit') as synchronous_commit, current_setting('listen_addresses') as addresses
         from pg_database join pg_roles on pg_roles.oid = datdba
        where datname = current_database() and rolname = current_user`,
    );
    expect(rows).toEqual([
      {
        database: "stoa",
        user: "stoa_owner",
        encoding: "UTF8",
        provider: "b",
        locale: "C.UTF-8",
        superuser: false,
        creates_roles: true,
        checksums: "on",
        fsync: "on",
        synchronous_commit: "on",
        addresses: "127.0.0.1",
      },
    ]);
    const found = findEmbedded(directory);
    expect(found).toEqual({ ownerUrl: server.ownerUrl, superuserUrl: server.superuserUrl, port: server.port, pid: server.pid });
  });

  test("closes the data to everybody else and lets nobody in without the password", async () => {
    const directory = dataDirectory();
    const server = await start({ dataDirectory: directory });

    const modes = ["", "cluster", "cluster/data", "cluster/credentials.json", "postgres.log", "start.lock", "holders"].map((name) => [
      name,
      (statSync(join(directory, name)).mode & 0o777).toString(8),
    ]);
    expect(modes).toEqual([
      ["", "700"],
      ["cluster", "700"],
      ["cluster/data", "700"],
      ["cluster/credentials.json", "600"],
      ["postgres.log", "600"],
      ["start.lock", "600"],
      ["holders", "700"],
    ]);
    expect(readdirSync(join(directory, "cluster")).sort()).toEqual(["credentials.json", "data"]);
    await expect(ask(server.ownerUrl.replace(server.password, "wrong"), "select 1")).rejects.toMatchObject({ code: "28P01" });
    await expect(ask(server.ownerUrl.replace(server.password, ""), "select 1")).rejects.toThrow();
    expect(readFileSync(join(directory, "postgres.log"), "utf8")).not.toContain(server.password);
  });
});

describe("a later start", () => {
  test("finds what the first one wrote, with the same password", async () => {
    const directory = dataDirectory();
    const first = await start({ dataDirectory: directory });
    await ask(first.ownerUrl, "create table kept (word text)");
    await ask(first.ownerUrl, "insert into kept values ('still here')");
    await first.stop();
    expect(findEmbedded(directory)).toBeUndefined();

    const second = await start({ dataDirectory: directory });

    expect(await ask(second.ownerUrl, "select word from kept")).toEqual([{ word: "still here" }]);
    expect(second.password).toBe(first.password);
    expect(second.pid).not.toBe(first.pid);
  });

  test("takes the port that is asked for, and says in one sentence that it is taken", async () => {
    const directory = dataDirectory();
    const blocker = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => blocker.once("listening", resolve));
    const address = blocker.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await expect(start({ dataDirectory: directory, port })).rejects.toThrow(
      `Port ${port} of 127.0.0.1 is taken; free it or ask for another one.`,
    );

    await new Promise((resolve) => blocker.close(resolve));
    const server = await start({ dataDirectory: directory, port });

    expect(server.port).toBe(port);
    expect(await ask(server.ownerUrl, "select inet_server_port() as port")).toEqual([{ port }]);
  });

  test("says the server's own reason when its settings are refused, with its last words", async () => {
    const directory = dataDirectory();
    await expect(start({ dataDirectory: directory, settings: { shared_buffers: "1kB" } })).rejects.toMatchObject({
      name: "EmbeddedFailure",
      message: expect.stringMatching(/^The embedded PostgreSQL did not start \(.*shared_buffers.*\); its log is .*postgres\.log\.$/),
      serverLog: expect.stringContaining("shared_buffers"),
    });
  });
});
