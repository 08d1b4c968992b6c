import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A file on the disk that is not what the code would write. */
export interface StaleFile {
  path: string;
  reason: "was missing" | "was stale" | "is no longer generated";
}

/**
 * Compares what the code writes with what is checked in under `root`. A folder in which a README.md is generated is generated whole:
 * what else lies in it is a leftover.
 */
export function staleFiles(root: string, generated: ReadonlyMap<string, string>): StaleFile[] {
  const stale: StaleFile[] = [];
  for (const [path, text] of generated) {
    if (!existsSync(join(root, path))) stale.push({ path, reason: "was missing" });
    else if (readFileSync(join(root, path), "utf8") !== text) stale.push({ path, reason: "was stale" });
  }
  const folders = [...generated.keys()].filter((path) => path.endsWith("/README.md")).map(dirname);
  for (const folder of folders.filter((path) => existsSync(join(root, path)))) {
    const leftovers = readdirSync(join(root, folder)).filter((name) => !generated.has(`${folder}/${name}`));
    stale.push(...leftovers.map((name): StaleFile => ({ path: `${folder}/${name}`, reason: "is no longer generated" })));
  }
  return stale;
}
