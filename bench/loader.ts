import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LifecycleOrder, LifecycleResult } from "./lifecycle-load.ts";
import type { LoadOrder, LoadResult } from "./load.ts";
import type { WritesOrder, WritesResult } from "./writes-load.ts";

/** The process that makes the load. It runs one order at a time. */
export type Loader = {
  /** Buyers place. */
  readonly run: (order: LoadOrder) => Promise<LoadResult>;
  /** Buyers place, sellers deliver, companies pay. */
  readonly lifecycle: (order: LifecycleOrder) => Promise<LifecycleResult>;
  /** Writes that are known beforehand. */
  readonly write: (order: WritesOrder) => Promise<WritesResult>;
  readonly close: () => void;
};

/** What the process is told to do. */
export type Work =
  | { readonly kind: "load"; readonly order: LoadOrder }
  | { readonly kind: "lifecycle"; readonly order: LifecycleOrder }
  | { readonly kind: "writes"; readonly order: WritesOrder };

type Told = { readonly result: unknown } | { readonly error: string };

const program = fileURLToPath(new URL("./load-process.ts", import.meta.url));

/** Starts the load process. */
export function openLoader(): Loader {
  const child: ChildProcess = fork(program, [], { execArgv: ["--disable-warning=ExperimentalWarning"], stdio: "inherit" });
  const killed = () => child.kill("SIGKILL");
  process.once("exit", killed);
  const told = <Result>(work: Work): Promise<Result> =>
    new Promise((resolve, reject) => {
      const ended = (code: number | null) => reject(new Error(`the load process ended with ${code}`));
      child.once("exit", ended);
      child.once("message", (answer: Told) => {
        child.off("exit", ended);
        if ("result" in answer) resolve(answer.result as Result);
        else reject(new Error(answer.error));
      });
      child.send(work);
    });
  return {
    run: (order) => told({ kind: "load", order }),
    lifecycle: (order) => told({ kind: "lifecycle", order }),
    write: (order) => told({ kind: "writes", order }),
    close: () => {
      process.off("exit", killed);
      child.removeAllListeners("exit");
      child.kill("SIGTERM");
    },
  };
}
