import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LoadOrder, LoadResult } from "./load.ts";

/** The process that makes the load. It runs one order at a time. */
export type Loader = { readonly run: (order: LoadOrder) => Promise<LoadResult>; readonly close: () => void };

type Told = { readonly result: LoadResult } | { readonly error: string };

const program = fileURLToPath(new URL("./load-process.ts", import.meta.url));

/** Starts the load process. */
export function openLoader(): Loader {
  const child: ChildProcess = fork(program, [], { execArgv: ["--disable-warning=ExperimentalWarning"], stdio: "inherit" });
  const killed = () => child.kill("SIGKILL");
  process.once("exit", killed);
  return {
    run: (order) =>
      new Promise((resolve, reject) => {
        const ended = (code: number | null) => reject(new Error(`the load process ended with ${code}`));
        child.once("exit", ended);
        child.once("message", (told: Told) => {
          child.off("exit", ended);
          if ("result" in told) resolve(told.result);
          else reject(new Error(told.error));
        });
        child.send(order);
      }),
    close: () => {
      process.off("exit", killed);
      child.removeAllListeners("exit");
      child.kill("SIGTERM");
    },
  };
}
