import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startEmbedded } from "../../src/platform/db/embedded/index.ts";
import { parsePostmasterFile } from "../../src/platform/db/embedded/postmaster-file.ts";
import { processIdentity } from "../../src/platform/db/embedded/processes.ts";
import { chooseServerUser, readPasswd } from "../../src/platform/db/embedded/server-user.ts";
import { ask } from "./asking.ts";
import { makeRoom } from "./room.ts";

const { start } = makeRoom();
const folder = mkdtempSync(join(tmpdir(), "stoa-embedded-"));
const directory = join(folder, "data");

beforeAll(async () => {
  chmodSync(folder, 0o755);
  const first = await startEmbedded({ dataDirectory: directory, durable: false, log: () => undefined });
  await first.stop();
  return () => rmSync(folder, { recursive: true, force: true });
});

/** A process of the server's own account that is no server: PostgreSQL alone would take it for one. */
function spawnBystander(): number {
  const child = spawn("sleep", ["60"], { stdio: "ignore", ...chooseServerUser(process.getuid?.(), undefined, readPasswd()) });
  onTestFinished(() => {
    child.kill();
  });
  if (child.pid === undefined) throw new Error("sleep did not start");
  return child.pid;
}

describe("a postmaster.pid that was left behind", () => {
  const cases: [string, () => string][] = [
    ["names this very process", () => `${process.pid}\n/elsewhere\n1\n5432\n\n127.0.0.1\n 1 1\nready   \n`],
    ["names another process of the server's account", () => `${spawnBystander()}\n/elsewhere\n1\n5432\n\n127.0.0.1\n 1 1\nready   \n`],
    ["names a process that has ended", () => "2147483646\n/elsewhere\n1\n5432\n\n127.0.0.1\n 1 1\nready   \n"],
    ["is empty", () => ""],
    ["is cut short", () => "not a num"],
  ];
  test.each(cases)("and %s does not keep the server from starting", async (_, write) => {
    const text = write();
    writeFileSync(join(directory, "cluster", "data", "postmaster.pid"), text, { mode: 0o600 });

    const server = await start({ dataDirectory: directory });

    expect(await ask(server.ownerUrl, "select 1 as one")).toEqual([{ one: 1 }]);
    const named = Number.parseInt(text, 10);
    if (named !== 2147483646 && !Number.isNaN(named)) expect(processIdentity(named)).toBeDefined();
  });
});

describe("reading a postmaster.pid", () => {
  test("finds process, port and status", () => {
    expect(parsePostmasterFile("4711\n/data\n1763800000\n5433\n\n127.0.0.1\n  12 3\nready   \n")).toEqual({
      pid: 4711,
      port: 5433,
      status: "ready",
    });
  });

  test("knows a server that has not chosen its port, and a single-user one", () => {
    expect(parsePostmasterFile("4711\n/data\n1763800000\n")).toEqual({ pid: 4711, port: undefined, status: "" });
    expect(parsePostmasterFile("-4711\n/data\n1763800000\n0\n")).toEqual({ pid: 4711, port: undefined, status: "" });
  });

  test("refuses what does not begin with a process number", () => {
    for (const text of ["", "\n\n", "0\n", "x\n/data\n"]) expect(parsePostmasterFile(text)).toBeUndefined();
  });
});
