import ts from "typescript";
import { isProduction, lineOf, visit } from "./project.ts";
import type { Rule, Violation } from "./project.ts";

const rounding = new Set(["Math.round", "Math.fround", "parseFloat", "Number.parseFloat"]);

export const rule: Rule = {
  name: "exact-numbers",
  sentence: "Nothing is rounded by a float: a division names its rounding in the kernel.",
  find({ code }) {
    const violations: Violation[] = [];
    const production = code.filter(({ path }) => isProduction(path));
    for (const { path, tree } of production) {
      visit(tree, (node) => {
        const isRounding = (ts.isPropertyAccessExpression(node) || ts.isIdentifier(node)) && rounding.has(node.getText(tree));
        const isText = ts.isPropertyAccessExpression(node) && ["toFixed", "toPrecision"].includes(node.name.text);
        if (isRounding || isText) {
          violations.push({
            path,
            line: lineOf(tree, node),
            message: `${node.getText(tree)}: use divideRoundHalfUp or allocateByLargestRemainder`,
          });
        }
      });
    }
    return { read: production.length, violations };
  },
};
