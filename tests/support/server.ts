import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** How a process ended. */
export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** A real server process. */
export type ServerProcess = {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** What it has written so far, line by line, both streams. */
  logs(): readonly string[];
  /** The first line, written already or still to come, that matches. */
  logged(pattern: RegExp): Promise<string>;
  /** SIGTERM: it drains. */
  stop(): Promise<Exit>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<Exit>;
};

const root = fileURLToPath(new URL("../..", import.meta.url));
const mainFile = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const pinnedNode = fileURLToPath(new URL("../../node_modules/.bin/node", import.meta.url));
const node = existsSync(pinnedNode) ? pinnedNode : process.execPath;

const listening = /https?:\/\/(?:127\.0\.0\.1|localhost):\d+/;
const longestStartMillis = 30_000;
const keptLines = 5000;

const children = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL"); // a run that ends early leaves no server behind
});

type Spawned = { child: ChildProcess; exited: Promise<Exit>; lines: string[]; logged: (pattern: RegExp) => Promise<string> };

function spawnStoa(commandLine: readonly string[], environment: Record<string, string | undefined>): Spawned {
  const inherited = { PATH: process.env["PATH"], HOME: process.env["HOME"], TMPDIR: process.env["TMPDIR"] };
  const child = spawn(node, ["--disable-warning=ExperimentalWarning", mainFile, ...commandLine], {
    cwd: root,
    env: { ...inherited, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  const lines: string[] = [];
  const watchers = new Set<(line: string) => void>();
  const ends = new Set<(error: Error) => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      for (const watcher of watchers) watcher(line);
    });
  }
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once("error", reject);
    // "close" and not "exit": its last lines have been read by then.
    child.once("close", (code, signal) => {
      children.delete(child);
      const error = new Error(`stoa ${commandLine.join(" ")} ended (code ${code}, signal ${signal}):\n${lines.slice(-30).join("\n")}`);
      for (const end of ends) end(error);
      resolve({ code, signal });
    });
  });
  const logged = async (pattern: RegExp): Promise<string> => {
    const found = lines.find((line) => pattern.test(line));
    if (found !== undefined) return found;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const watcher = (line: string) => {
      if (pattern.test(line)) resolve(line);
    };
    watchers.add(watcher);
    ends.add(reject);
    try {
      return await promise;
    } finally {
      watchers.delete(watcher);
      ends.delete(reject);
    }
  };
  return { child, exited, lines, logged };
}

/** What `stoa <commandLine>` wrote and how it ended. */
export async function runStoa(
  commandLine: readonly string[],
  environment: Record<string, string | undefined>,
): Promise<Exit & { readonly lines: readonly string[] }> {
  const { exited, lines } = spawnStoa(commandLine, environment);
  return { ...(await exited), lines };
}

/**
 * Starts `stoa serve` on a free port and waits for the line in which it says where it listens.
 * @throws Error with its last lines when it ends first, or says nothing for 30 s
 */
export async function startServer(options: {
  databaseUrl: string;
  ownerUrl?: string;
  environment?: Record<string, string>;
  commandLine?: readonly string[];
}): Promise<ServerProcess> {
  const { child, exited, lines, logged } = spawnStoa(options.commandLine ?? ["serve"], {
    DATABASE_URL: options.databaseUrl,
    DATABASE_OWNER_URL: options.ownerUrl,
    PORT: "0",
    HOST: "127.0.0.1",
    ...options.environment,
  });
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exited;
  };
  const late = Promise.withResolvers<string>();
  const timer = setTimeout(
    () => late.reject(new Error(`not listening after ${longestStartMillis} ms:\n${lines.join("\n")}`)),
    longestStartMillis,
  );
  try {
    const line = await Promise.race([logged(listening), late.promise]);
    const url = listening.exec(line)?.[0].replace("localhost", "127.0.0.1") ?? "";
    return { url, pid: child.pid ?? 0, exited, logs: () => lines, logged, stop: () => end("SIGTERM"), kill: () => end("SIGKILL") };
  } catch (error) {
    await end("SIGKILL");
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
