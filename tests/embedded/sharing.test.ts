import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findEmbedded, stopAbandoned } from "../../src/platform/db/embedded/index.ts";
import { processIdentity } from "../../src/platform/db/embedded/processes.ts";
import { ask } from "./asking.ts";
import { makeRoom } from "./room.ts";

const { dataDirectory, start, startElsewhere } = makeRoom();

test("processes that start at once on an empty folder share one server, which the last to leave stops", async () => {
  const directory = dataDirectory();

  const [one, two, three] = await Promise.all([
    startElsewhere({ dataDirectory: directory }),
    startElsewhere({ dataDirectory: directory }),
    startElsewhere({ dataDirectory: directory }),
  ]);

  const pid = Number(one.said["pid"]);
  expect([two.said["pid"], three.said["pid"]]).toEqual([pid, pid]);
  await one.end("SIGTERM");
  expect(await ask(String(two.said["ownerUrl"]), "select 1 as one")).toEqual([{ one: 1 }]);
  expect(await stopAbandoned(directory)).toBe(false);
  await two.end("SIGKILL");
  expect(findEmbedded(directory)?.pid).toBe(pid);
  await three.end("SIGTERM");
  expect(processIdentity(pid)).toBeUndefined();
  expect(findEmbedded(directory)).toBeUndefined();
});

test("a holder whose number was taken by another process does not keep the server up", async () => {
  const directory = dataDirectory();
  const server = await start({ dataDirectory: directory });
  mkdirSync(join(directory, "holders"), { recursive: true });
  writeFileSync(join(directory, "holders", `${process.pid}-00000000`), "another boot 1");
  writeFileSync(join(directory, "holders", "2147483646-00000000"), "another boot 1");

  await server.stop();

  expect(processIdentity(server.pid)).toBeUndefined();
});

test("a server that nobody uses any more can be stopped by anyone", async () => {
  const directory = dataDirectory();
  const starter = await startElsewhere({ dataDirectory: directory });
  await starter.end("SIGKILL");
  expect(findEmbedded(directory)?.pid).toBe(starter.said["pid"]);

  expect(await stopAbandoned(directory)).toBe(true);

  expect(processIdentity(Number(starter.said["pid"]))).toBeUndefined();
});
