import { complaints, say } from "./outcome.ts";
import type { Check } from "./outcome.ts";

export const check: Check = {
  name: "typecheck",
  async run(root) {
    const spoken = await say(root, "tsc", ["--noEmit", "--listFiles", "--pretty", "false"]);
    const lines = spoken.stdout.split("\n");
    const isListed = (line: string) => line.startsWith(`${root}/`) && !line.includes(": ");
    return {
      read: lines.filter((line) => isListed(line) && !line.includes("/node_modules/")).length,
      unit: "files",
      problems: complaints({ ...spoken, stdout: lines.filter((line) => !isListed(line)).join("\n") }),
    };
  },
};
