import { complaints, countIn, say } from "./outcome.ts";
import type { Check } from "./outcome.ts";

export const check: Check = {
  name: "format",
  async run(root) {
    const spoken = await say(root, "biome", ["format", "--max-diagnostics=50", "."]);
    return {
      read: countIn(`${spoken.stdout}${spoken.stderr}`, /(?:Checked|Formatted) (\d+) files?/),
      unit: "files",
      problems: complaints(spoken),
    };
  },
};
