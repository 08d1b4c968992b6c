import { relative } from "node:path";
import ts from "typescript";
import { isProduction, lineOf, visit } from "./project.ts";
import type { Rule, Violation } from "./project.ts";

/** toWire stands in the kernel, and so does what counts left-over minor units; above it no bigint becomes a number. */
const kernel = "src/kernel/";

const moneyName = /(amount|money|gross|netM|minor|total|price|freight|commission|taxM|limitM|owed|balance)/i;
const notMoney =
  /(pricePer|price_per|totalCount|count|length|lines|millis|quantity|units|ppm|rate|bytes|index|size|free|requested|available)/i;

const arithmetic = new Set([
  ts.SyntaxKind.PlusToken,
  ts.SyntaxKind.MinusToken,
  ts.SyntaxKind.AsteriskToken,
  ts.SyntaxKind.SlashToken,
  ts.SyntaxKind.PercentToken,
  ts.SyntaxKind.AsteriskAsteriskToken,
  ts.SyntaxKind.PlusEqualsToken,
  ts.SyntaxKind.MinusEqualsToken,
  ts.SyntaxKind.AsteriskEqualsToken,
  ts.SyntaxKind.SlashEqualsToken,
]);

function nameOf(expression: ts.Expression): string | undefined {
  if (ts.isIdentifier(expression)) return expression.text;
  if (ts.isPropertyAccessExpression(expression)) return expression.name.text;
  if (ts.isParenthesizedExpression(expression) || ts.isNonNullExpression(expression)) return nameOf(expression.expression);
  return undefined;
}

export const rule: Rule = {
  name: "money-is-bigint",
  sentence: "Money is a bigint of minor units: no arithmetic on it as a number, and it becomes a number on the wire only.",
  find({ root, checked }) {
    const { program, checker } = checked();
    const violations: Violation[] = [];
    let read = 0;
    const is = (node: ts.Node, flags: ts.TypeFlags) => {
      const type = checker.getTypeAtLocation(node);
      const parts = type.isUnion() || type.isIntersection() ? type.types : [type];
      return parts.some((part) => (part.flags & flags) !== 0);
    };
    for (const tree of program.getSourceFiles()) {
      const path = relative(root, tree.fileName);
      if (!isProduction(path)) continue;
      read += 1;
      visit(tree, (node) => {
        if (ts.isBinaryExpression(node) && arithmetic.has(node.operatorToken.kind)) {
          const operand = [node.left, node.right].find((side) => {
            const name = nameOf(side);
            return name !== undefined && moneyName.test(name) && !notMoney.test(name) && is(side, ts.TypeFlags.NumberLike);
          });
          if (operand)
            violations.push({
              path,
              line: lineOf(tree, node),
              message: `${operand.getText(tree)} is a number: money is a bigint of minor units`,
            });
        }
        const [argument] = ts.isCallExpression(node) && node.expression.getText(tree) === "Number" ? node.arguments : [];
        if (argument && !path.startsWith(kernel) && is(argument, ts.TypeFlags.BigIntLike)) {
          violations.push({
            path,
            line: lineOf(tree, node),
            message: "Number(bigint): toWire in the kernel is the only place where an amount becomes a number",
          });
        }
      });
    }
    return { read, violations };
  },
};
