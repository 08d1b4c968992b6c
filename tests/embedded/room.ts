import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach } from "vitest";
import { type Embedded, type EmbeddedOptions, startEmbedded, stopAbandoned } from "../../src/platform/db/embedded/index.ts";
import { processIdentity } from "../../src/platform/db/embedded/processes.ts";
import { waitUntil } from "../../src/platform/db/embedded/waiting.ts";

export const runsAsRoot = process.getuid?.() === 0;
/** An ordinary account that Debian and macOS have; it is not the one that root hands the server to. */
export const daemon = { uid: 1, gid: 1 };
/** A number that is nobody's account. */
export const nameless = { uid: 54321, gid: 54321 };

/** What a starter in another process said; see starter.ts. */
export type Starter = {
  child: ChildProcess;
  said: Record<string, unknown>;
  /** The next line that it says. */
  nextLine: () => Promise<Record<string, unknown>>;
  end: (signal: NodeJS.Signals) => Promise<void>;
};

/**
 * Folders, servers and processes of one test, taken away after it. Call inside a describe or at the top of a file.
 */
export function makeRoom() {
  const folders: string[] = [];
  const dataDirectories = new Set<string>();
  const servers: Embedded[] = [];
  const children: ChildProcess[] = [];

  afterEach(async () => {
    for (const child of children.splice(0)) await endChild(child, "SIGKILL");
    for (const server of servers.splice(0)) await server.stop();
    for (const directory of dataDirectories) await stopAbandoned(directory);
    dataDirectories.clear();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  /** An empty folder that everybody may enter. */
  function folder(owner?: { uid: number; gid: number }): string {
    const path = mkdtempSync(join(tmpdir(), "stoa-embedded-"));
    chmodSync(path, 0o755);
    if (owner !== undefined) chownSync(path, owner.uid, owner.gid);
    folders.push(path);
    return path;
  }

  /** A data directory that is not there yet. */
  function dataDirectory(owner?: { uid: number; gid: number }): string {
    return join(folder(owner), "data");
  }

  async function start(options: Omit<EmbeddedOptions, "log">): Promise<Embedded> {
    dataDirectories.add(options.dataDirectory);
    const server = await startEmbedded({ durable: false, log: () => undefined, ...options });
    servers.push(server);
    return server;
  }

  /** A process that starts on the data directory; it has said nothing yet. */
  function launchStarter(options: Omit<EmbeddedOptions, "log">, user?: { uid: number; gid: number }): ChildProcess {
    dataDirectories.add(options.dataDirectory);
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL("./starter.ts", import.meta.url)), JSON.stringify({ durable: false, ...options })],
      {
        detached: true,
        stdio: ["ignore", "pipe", "inherit"],
        cwd: "/",
        env: { PATH: process.env["PATH"] },
        ...user,
      },
    );
    children.push(child);
    return child;
  }

  async function startElsewhere(options: Omit<EmbeddedOptions, "log">, user?: { uid: number; gid: number }): Promise<Starter> {
    const child = launchStarter(options, user);
    if (child.stdout === null) throw new Error("the starter's output is a pipe");
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const nextLine = async () => {
      const { value, done } = await lines.next();
      if (done === true) throw new Error("the starter ended without a word");
      return JSON.parse(value) as Record<string, unknown>;
    };
    return { child, said: await nextLine(), nextLine, end: (signal) => endChild(child, signal) };
  }

  return { folder, dataDirectory, start, startElsewhere, launchStarter };
}

async function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}

/** Kills a process that is not our child and waits until it is gone. */
export async function killAndWait(pid: number): Promise<void> {
  process.kill(pid, "SIGKILL");
  await waitFor(() => processIdentity(pid) === undefined);
}

/** Waits for something that announces itself by no event; fails after 20 seconds. */
export async function waitFor(isSo: () => boolean): Promise<void> {
  if (!(await waitUntil(isSo, 20_000))) throw new Error(`waited in vain until ${isSo.toString()}`);
}

/** Names in a data directory that an interrupted start leaves behind. */
export function leftoversIn(dataDirectory: string): string[] {
  if (!existsSync(dataDirectory)) return [];
  return readdirSync(dataDirectory).filter((name) => name.includes(".new-"));
}
