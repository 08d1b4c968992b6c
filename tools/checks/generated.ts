import { generatedFiles } from "../generated-files.ts";
import { staleFiles } from "../stale-files.ts";
import type { Check } from "./outcome.ts";

export const check: Check = {
  name: "generated",
  run(root) {
    const generated = generatedFiles(root);
    const problems = staleFiles(root, generated).map(({ path, reason }) => `${path} ${reason}: run npm run generate`);
    return Promise.resolve({ read: generated.size, unit: "files", problems });
  },
};
