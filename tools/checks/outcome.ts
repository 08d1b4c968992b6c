import { execFile } from "node:child_process";

/** What a check saw. `read` counts what it looked at: zero is a failure, because a check that read nothing is green for no reason. */
export interface Outcome {
  read: number;
  unit: string;
  problems: string[];
  /** Why there is nothing to read yet, when that is in order. */
  absent?: string;
}

/** A named check of the checkout at `root`. */
export interface Check {
  name: string;
  run: (root: string) => Promise<Outcome>;
}

/** What a program said and how it ended. */
export interface Spoken {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program of node_modules/.bin (or `node` itself) in `root` and waits for it; it is stopped after ten minutes. */
export function say(root: string, program: string, args: readonly string[]): Promise<Spoken> {
  const path = program === "node" ? process.execPath : `${root}/node_modules/.bin/${program}`;
  const environment = { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" };
  return new Promise((resolve, reject) => {
    execFile(path, args, { cwd: root, env: environment, maxBuffer: 64 << 20, timeout: 600_000 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number") reject(new Error(`${program} did not run: ${error.message}`));
      else resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

/** The lines of what a failed program said; nothing when it succeeded. */
export function complaints({ code, stdout, stderr }: Spoken): string[] {
  if (code === 0) return [];
  const lines = `${stdout}\n${stderr}`.split("\n").filter((line) => line.trim() !== "");
  return lines.length > 0 ? lines : [`ended with exit code ${code} and said nothing`];
}

/** Reads the number that a program prints about itself; 0 when it is not there, which fails the check. */
export function countIn(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1]?.replaceAll(",", "") ?? 0);
}
