// `npm run generate` writes every file that is written from code; `npm run check -- generated` tells which are stale.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { generatedFiles } from "./generated-files.ts";
import { staleFiles } from "./stale-files.ts";

const root = dirname(import.meta.dirname);
const generated = await generatedFiles(root);
for (const { path, reason } of staleFiles(root, generated)) {
  const text = generated.get(path);
  if (text === undefined) rmSync(join(root, path));
  else {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  process.stdout.write(`${path}: ${reason}\n`);
}
