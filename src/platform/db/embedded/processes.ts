import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { systemErrorCode } from "./embedded-failure.ts";

const goneCodes = new Set(["ENOENT", "ESRCH"]);
const hiddenCodes = new Set(["EACCES", "EPERM"]);

/**
 * What tells a running process from a later one that got the same number: when it started.
 * Undefined when no such process runs; a zombie does not run, though `kill(pid, 0)` says that it does.
 */
export function processIdentity(pid: number): string | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  return process.platform === "linux" ? identityFromProc(pid) : identityFromPs(pid);
}

/** Whether `pid` is a PostgreSQL server (or one of its backends) at work in the real path `directory`. */
export function isServerOf(pid: number, directory: string): boolean {
  if (processIdentity(pid) === undefined) return false;
  if (process.platform !== "linux") return commandFromPs(pid).includes(directory);
  const program = readProcLink(pid, "exe");
  const workingDirectory = readProcLink(pid, "cwd");
  if (program.state === "read" && workingDirectory.state === "read") {
    return isPostgresProgram(program.target) && workingDirectory.target === directory;
  }
  if (program.state === "gone" || workingDirectory.state === "gone") return false;
  // Another user's process hides both links; its command line is open to all, and a postmaster of ours names its directory there.
  const words = readCommandLine(pid);
  return isPostgresProgram(words[0] ?? "") && words.includes(directory);
}

/**
 * All PostgreSQL processes (`postgres` and `initdb`) that work in `directory`, or were told to. Empty where there is no /proc:
 * PostgreSQL's own shared memory interlock then stands alone.
 */
export function postgresProcessesIn(directory: string): number[] {
  if (process.platform !== "linux") return [];
  const pids = readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  return pids.filter((pid) => {
    const program = readProcLink(pid, "exe");
    if (program.state !== "read" || !isPostgresProgram(program.target) || processIdentity(pid) === undefined) return false;
    const workingDirectory = readProcLink(pid, "cwd");
    return (workingDirectory.state === "read" && workingDirectory.target === directory) || readCommandLine(pid).includes(directory);
  });
}

/** Sends `signal`; false when the process had already ended. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (systemErrorCode(error) === "ESRCH") return false;
    throw error;
  }
}

function isPostgresProgram(program: string): boolean {
  // The kernel adds the suffix when the file was replaced under a running server, as `npm ci` does.
  const name = basename(program.replace(/ \(deleted\)$/, ""));
  return name === "postgres" || name === "initdb";
}

type ProcLink = { state: "read"; target: string } | { state: "gone" } | { state: "hidden" };

function readProcLink(pid: number, name: "exe" | "cwd"): ProcLink {
  try {
    return { state: "read", target: readlinkSync(`/proc/${pid}/${name}`) };
  } catch (error) {
    const code = systemErrorCode(error) ?? "";
    if (goneCodes.has(code)) return { state: "gone" };
    if (hiddenCodes.has(code)) return { state: "hidden" };
    throw error;
  }
}

function readProcText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = systemErrorCode(error) ?? "";
    if (goneCodes.has(code) || hiddenCodes.has(code)) return undefined;
    throw error;
  }
}

function readCommandLine(pid: number): string[] {
  return (readProcText(`/proc/${pid}/cmdline`) ?? "").split("\0");
}

function identityFromProc(pid: number): string | undefined {
  const stat = readProcText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The program's name, in parentheses, may hold anything: fields are counted from its end. proc(5): state is the 3rd, starttime the 22nd.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const state = fields[0];
  const startedAtTicks = fields[19];
  if (state === "Z" || state === "X" || startedAtTicks === undefined) return undefined;
  return `${(readProcText("/proc/sys/kernel/random/boot_id") ?? "").trim()} ${startedAtTicks}`;
}

function askPs(pid: number, columns: string): string {
  try {
    return execFileSync("ps", ["-ww", "-o", columns, "-p", String(pid)], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch (error) {
    // ps answers 1 when there is no such process.
    if (error instanceof Error && "status" in error && error.status === 1) return "";
    throw error;
  }
}

function identityFromPs(pid: number): string | undefined {
  const [state, ...startedAt] = askPs(pid, "stat=,lstart=").split(/\s+/);
  if (state === undefined || state === "" || state.startsWith("Z")) return undefined;
  return startedAt.join(" ");
}

function commandFromPs(pid: number): string {
  const command = askPs(pid, "command=");
  return isPostgresProgram(command.split(/\s+/)[0] ?? "") ? command : "";
}
