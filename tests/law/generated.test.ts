import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { staleFiles } from "../../tools/stale-files.ts";

test("a generated file that is missing, stale or left over is named", () => {
  const root = mkdtempSync(join(tmpdir(), "stoa-generated-"));
  try {
    mkdirSync(join(root, "docs", "problems"), { recursive: true });
    writeFileSync(join(root, "openapi.json"), "{}\n");
    writeFileSync(join(root, "docs", "problems", "README.md"), "# Problems\n");
    writeFileSync(join(root, "docs", "problems", "gone.md"), "# Gone\n");
    const generated = new Map([
      ["openapi.json", '{"openapi":"3.1.0"}\n'],
      ["docs/lifecycles.md", "# Lifecycles\n"],
      ["docs/problems/README.md", "# Problems\n"],
    ]);
    expect(staleFiles(root, generated)).toEqual([
      { path: "openapi.json", reason: "was stale" },
      { path: "docs/lifecycles.md", reason: "was missing" },
      { path: "docs/problems/gone.md", reason: "is no longer generated" },
    ]);
  } finally {
    rmSync(root, { recursive: true });
  }
});
