import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { complaints, countIn, say } from "./outcome.ts";
import type { Check } from "./outcome.ts";

/** Judges the named migration files (paths from `root`) by .squawk.toml. */
export async function squawk(root: string, paths: readonly string[]): Promise<{ read: number; problems: string[] }> {
  const spoken = await say(root, "squawk", ["--config", ".squawk.toml", ...paths]);
  const read = countIn(`${spoken.stdout}${spoken.stderr}`, /in (\d+) files?/);
  return { read, problems: complaints(spoken) };
}

export const check: Check = {
  name: "squawk",
  async run(root) {
    const folder = join(root, "db", "migrations");
    const paths = existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => name.endsWith(".sql"))
          .map((name) => `db/migrations/${name}`)
      : [];
    return { ...(await squawk(root, paths)), unit: "migrations" };
  },
};
