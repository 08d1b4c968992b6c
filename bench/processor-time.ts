import { readFileSync, readdirSync } from "node:fs";

/** Milliseconds of processor time that processes have used so far. Where the system has no /proc it is 0. */
export type ProcessorTime = { readonly server: number; readonly database: number };

// Linux counts in ticks of 10 ms on every architecture that Node runs on (USER_HZ).
const tickMillis = 10;

type Usage = { readonly parent: number; readonly millis: number };

function usageOf(pid: number): Usage | undefined {
  try {
    // The second field is the program's name in brackets and may hold spaces; the fields are counted behind it.
    const [, fields = ""] = /\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, "latin1")) ?? [];
    const parts = fields.split(" ");
    return { parent: Number(parts[1]), millis: (Number(parts[11]) + Number(parts[12])) * tickMillis };
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) return undefined;
    throw error;
  }
}

/** The processor time of a server process, and of a PostgreSQL with all its backends that live now. */
export function processorTime({ server, postmaster }: { server: number; postmaster: number }): ProcessorTime {
  if (process.platform !== "linux") return { server: 0, database: 0 };
  const pids = readdirSync("/proc").map(Number).filter(Number.isSafeInteger);
  const database = pids
    .map((pid) => ({ pid, usage: usageOf(pid) }))
    .filter(({ pid, usage }) => usage !== undefined && (pid === postmaster || usage.parent === postmaster))
    .reduce((sum, { usage }) => sum + (usage?.millis ?? 0), 0);
  return { server: usageOf(server)?.millis ?? 0, database };
}
