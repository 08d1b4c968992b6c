import { complaints, countIn, say } from "./outcome.ts";
import type { Check } from "./outcome.ts";

export const check: Check = {
  name: "knip",
  async run(root) {
    const spoken = await say(root, "knip", [
      "--no-progress",
      "--preprocessor",
      "./tools/knip-owns.ts",
      "--treat-config-hints-as-errors",
      "--reporter",
      "symbols",
      "--reporter",
      "./tools/knip-count.ts",
    ]);
    return { read: countIn(spoken.stdout, /^knip read (\d+) files$/m), unit: "files", problems: complaints(spoken) };
  },
};
