import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A market to replay on, and how to leave it. */
export type Server = { readonly url: string; readonly operatorKey: string; readonly close: () => Promise<void> };

const startMillis = 120_000;

/** Starts a server of our own on a scratch database in a temporary folder, which `close` removes. */
export async function startOwnServer(): Promise<Server> {
  // The server makes the folder itself, because only it knows whose it has to be.
  const data = join(tmpdir(), `stoa-replay-${randomUUID()}`);
  const program = join(import.meta.dirname, "..", "bin", "stoa.mjs");
  const child = spawn(process.execPath, [program, "start"], {
    // A database of one's own is never used as a scratch database.
    env: { ...withoutDatabase(process.env), STOA_DATA: data, PORT: "0", LOG_LEVEL: "warn" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const close = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
    }
    rmSync(data, { recursive: true, force: true });
  };
  try {
    const url = await firstUrl(child);
    const keys = JSON.parse(readFileSync(join(data, "demo-keys.json"), "utf8")) as { operator?: { key?: unknown } };
    const operatorKey = keys.operator?.key;
    if (typeof operatorKey !== "string") throw new Error("demo-keys.json holds no operator's key");
    return { url, operatorKey, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function withoutDatabase(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { DATABASE_URL: _url, DATABASE_OWNER_URL: _owner, DATABASE_DIRECT_URL: _direct, ...rest } = environment;
  return rest;
}

/** The first address that the server prints; it prints it when it answers. */
function firstUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) throw new Error("the server's output is piped");
    const timer = setTimeout(() => reject(new Error(`the server did not start within ${startMillis / 1000} s`)), startMillis);
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => {
      const found = /http:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(line);
      if (found === null) return;
      clearTimeout(timer);
      resolve(found[0]);
    });
    child.once("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`the server ended with ${code}`));
    });
  });
}
