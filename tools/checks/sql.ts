import { readProject, sqlLiterals } from "../lint/project.ts";
import { findUnrunnable } from "../safeql/runnable.ts";
import { checkStatements } from "../safeql/statements.ts";
import type { Check } from "./outcome.ts";
import { withScratchDatabase } from "./scratch-database.ts";

export const check: Check = {
  name: "sql",
  run(root) {
    return withScratchDatabase(async (ownerUrl) => {
      const { statements, answering, problems } = await checkStatements(root, ["src/**/*.ts"], ownerUrl, "tsconfig.src.json");
      const literals = readProject(root)
        .code.filter(({ path }) => path.startsWith("src/"))
        .flatMap(sqlLiterals);
      const { read, unrunnable } = await findUnrunnable(ownerUrl, literals);
      const refused = unrunnable.map(({ statement: { path, line }, refusal }) => `${path}:${line} no role may run it; ${refusal}`);
      return {
        read: Math.min(statements, read),
        unit: `statements planned under a role, ${statements} described, ${answering} of them answer with rows`,
        problems: [...problems, ...refused],
      };
    });
  },
};
