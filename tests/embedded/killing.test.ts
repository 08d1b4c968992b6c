import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { postgresProcessesIn, processIdentity } from "../../src/platform/db/embedded/processes.ts";
import { ask } from "./asking.ts";
import { killAndWait, leftoversIn, makeRoom, waitFor } from "./room.ts";

const { dataDirectory, start, startElsewhere, launchStarter } = makeRoom();
/** Whether somebody holds a connection to a port of this machine (proc(5): hexadecimal, 01 is established). */
function hasConnection(port: number): boolean {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, "0")} 01`;
  return readFileSync("/proc/net/tcp", "utf8").includes(remote);
}

const pgdata = (directory: string) => join(directory, "cluster", "data");

test("a server whose starter was killed is joined by the next start, and stopped by it", async () => {
  const directory = dataDirectory();
  const starter = await startElsewhere({ dataDirectory: directory });
  await starter.end("SIGKILL");

  const server = await start({ dataDirectory: directory });

  expect(server.pid).toBe(starter.said["pid"]);
  expect(server.ownerUrl).toBe(starter.said["ownerUrl"]);
  expect(await ask(server.ownerUrl, "select 1 as one")).toEqual([{ one: 1 }]);
  await server.stop();
  expect(postgresProcessesIn(pgdata(directory))).toEqual([]);
});

test("after starter and postmaster were killed the next start recovers what was committed", async () => {
  const directory = dataDirectory();
  const starter = await startElsewhere({ dataDirectory: directory, durable: true });
  const ownerUrl = String(starter.said["ownerUrl"]);
  await ask(ownerUrl, "create table kept (number integer)");
  await ask(ownerUrl, "insert into kept select generate_series(1, 1000)");
  await starter.end("SIGKILL");
  await killAndWait(Number(starter.said["pid"]));

  const server = await start({ dataDirectory: directory });

  expect(server.pid).not.toBe(starter.said["pid"]);
  expect(await ask(server.ownerUrl, "select count(*)::integer as rows from kept")).toEqual([{ rows: 1000 }]);
});

test("a postmaster that is killed in use comes back on the same port", async () => {
  const directory = dataDirectory();
  const server = await start({ dataDirectory: directory });
  const before = server.pid;

  await killAndWait(before);
  await waitFor(() => server.pid !== before);

  expect(await ask(server.ownerUrl, "select 1 as one")).toEqual([{ one: 1 }]);
  await server.stop();
  expect(processIdentity(server.pid)).toBeUndefined();
});

test("a backend that outlives its killed postmaster is ended before a new one starts", async () => {
  const directory = dataDirectory();
  const starter = await startElsewhere({ dataDirectory: directory });
  const postmaster = Number(starter.said["pid"]);
  await starter.end("SIGKILL");
  const [backend] = postgresProcessesIn(pgdata(directory)).filter((pid) => pid !== postmaster);
  if (backend === undefined) throw new Error("a server has processes beside its postmaster");
  process.kill(backend, "SIGSTOP");
  await killAndWait(postmaster);
  expect(processIdentity(backend)).toBeDefined();

  const server = await start({ dataDirectory: directory });

  expect(processIdentity(backend)).toBeUndefined();
  expect(await ask(server.ownerUrl, "select 1 as one")).toEqual([{ one: 1 }]);
});

test.runIf(process.platform === "linux")("a server that lost a backend to a kill is joined as soon as it has recovered", async () => {
  const directory = dataDirectory();
  const starter = await startElsewhere({ dataDirectory: directory });
  const postmaster = Number(starter.said["pid"]);
  await starter.end("SIGKILL");
  // Stopped, the postmaster learns of the death only when our connection already waits for it.
  process.kill(postmaster, "SIGSTOP");
  const backend = postgresProcessesIn(pgdata(directory)).find((pid) => pid !== postmaster);
  if (backend === undefined) throw new Error("a server has processes beside its postmaster");
  process.kill(backend, "SIGKILL");
  const starting = start({ dataDirectory: directory });
  try {
    await waitFor(() => hasConnection(Number(starter.said["port"])));
  } finally {
    process.kill(postmaster, "SIGCONT");
  }
  const server = await starting;

  expect(server.pid).toBe(postmaster);
  expect(await ask(server.ownerUrl, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("a first start that is killed during initdb leaves nothing in the way of the next", async () => {
  const directory = dataDirectory();
  const starter = launchStarter({ dataDirectory: directory });
  const drafts = () => leftoversIn(directory).map((name) => join(directory, name, "data"));
  await waitFor(() => drafts().some((draft) => postgresProcessesIn(`--pgdata=${draft}`).length > 0));
  starter.kill("SIGKILL");

  const server = await start({ dataDirectory: directory });

  expect(leftoversIn(directory)).toEqual([]);
  expect(await ask(server.ownerUrl, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("an interrupt from the terminal reaches the application and not its server, which still answers while the application drains", async () => {
  const directory = dataDirectory();
  const starter = await startElsewhere({ dataDirectory: directory });
  const { pid } = starter.child;
  if (pid === undefined) throw new Error("the starter runs");

  process.kill(-pid, "SIGINT");

  expect(await starter.nextLine()).toEqual({ drained: [{ one: 1 }] });
  await waitFor(() => starter.child.exitCode === 0);
  expect(postgresProcessesIn(pgdata(directory))).toEqual([]);
  expect(readFileSync(join(directory, "postgres.log"), "utf8")).toContain("database system is shut down");
});
