import { generatedFiles } from "../generated-files.ts";
import { staleFiles } from "../stale-files.ts";
import type { Check } from "./outcome.ts";

export const check: Check = {
  name: "generated",
  async run(root) {
    const generated = await generatedFiles(root);
    const problems = staleFiles(root, generated).map(({ path, reason }) => `${path} ${reason}: run npm run generate`);
    return { read: generated.size, unit: "files", problems };
  },
};
