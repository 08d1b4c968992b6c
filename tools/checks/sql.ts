import { checkStatements } from "../safeql/statements.ts";
import type { Check } from "./outcome.ts";
import { withScratchDatabase } from "./scratch-database.ts";

export const check: Check = {
  name: "sql",
  async run(root) {
    const { statements, answering, problems } = await withScratchDatabase((url) => checkStatements(root, ["src/**/*.ts"], url));
    return { read: statements, unit: `statements, ${answering} of them answer with rows`, problems };
  },
};
