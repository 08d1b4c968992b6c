import ts from "typescript";
import { isProduction, lineOf, visit } from "./project.ts";
import type { Rule, Violation } from "./project.ts";

/** Where work that spans organisations begins: under a role of its own, with policies that name its tables and verbs. */
const callers = [/^src\/flows\//, /^src\/worker\//, /^src\/main\.ts$/, /^src\/http\/answer-once\.ts$/, /^src\/platform\/db\//];

export const rule: Rule = {
  name: "flow-transaction",
  sentence: "Only flows, jobs, main.ts and answer-once.ts open a transaction that spans organisations.",
  find({ code }) {
    const violations: Violation[] = [];
    const production = code.filter(({ path }) => isProduction(path));
    for (const { path, tree } of production) {
      if (callers.some((caller) => caller.test(path))) continue;
      visit(tree, (node) => {
        if (!ts.isIdentifier(node) || node.text !== "withFlowTransaction") return;
        violations.push({ path, line: lineOf(tree, node), message: "withFlowTransaction is not for this floor" });
      });
    }
    return { read: production.length, violations };
  },
};
