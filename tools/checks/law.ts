import { existsSync } from "node:fs";
import { join } from "node:path";
import { cruiseImports, importRules } from "../law.ts";
import type { Check } from "./outcome.ts";

export const check: Check = {
  name: "law",
  async run(root) {
    const folders = ["src", "tests", "tools", "bench", "replay", "sdk", "console"].filter((folder) => existsSync(join(root, folder)));
    const { modules, imports, violations } = await cruiseImports(root, folders);
    const problems = violations.map(({ rule, from, to }) => {
      const because = importRules.find(({ name }) => name === rule)?.comment ?? "";
      return `${from} → ${to}: ${rule}. ${because}`;
    });
    return { read: imports === 0 ? 0 : modules, unit: `modules, ${imports} imports, ${importRules.length} rules`, problems };
  },
};
