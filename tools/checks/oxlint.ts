import { complaints, countIn, say } from "./outcome.ts";
import type { Check } from "./outcome.ts";

export const check: Check = {
  name: "oxlint",
  async run(root) {
    const spoken = await say(root, "oxlint", ["--type-aware", "--deny-warnings", "--threads=2"]);
    return { read: countIn(spoken.stdout, /on ([\d,]+) files? with [1-9]/), unit: "files", problems: complaints(spoken) };
  },
};
