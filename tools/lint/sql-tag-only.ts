import ts from "typescript";
import { isProduction, lineOf, sqlLiterals, visit } from "./project.ts";
import type { Rule, Violation } from "./project.ts";

/** The room of the driver turns a statement into the driver's own call; everybody else hands it a literal. */
const room = "src/platform/db/";

/** Which argument of each method is a statement. */
const statementArgument = new Map([
  ["query", 0],
  ["lock", 1],
]);

function declaredAs(tree: ts.SourceFile, name: string): ts.Expression | undefined {
  let initializer: ts.Expression | undefined;
  visit(tree, (node) => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.name.text === name) initializer = node.initializer;
  });
  return initializer;
}

/** A literal, or what the compiler vouches for: a value of the branded Statement that only the tag can make. */
function isStatement(tree: ts.SourceFile, expression: ts.Expression): boolean {
  if (ts.isTaggedTemplateExpression(expression)) return ts.isIdentifier(expression.tag) && expression.tag.text === "sql";
  if (ts.isConditionalExpression(expression)) return isStatement(tree, expression.whenTrue) && isStatement(tree, expression.whenFalse);
  if (ts.isIdentifier(expression)) {
    const declared = declaredAs(tree, expression.text);
    return declared === undefined || isStatement(tree, declared);
  }
  return ts.isCallExpression(expression) || ts.isPropertyAccessExpression(expression) || ts.isElementAccessExpression(expression);
}

export const rule: Rule = {
  name: "sql-tag-only",
  sentence: "A statement is a literal of the tag sql`…`, whole and with parameters only, so that it can be checked against the schema.",
  find({ code }) {
    const violations: Violation[] = [];
    let read = 0;
    for (const file of code.filter(({ path }) => isProduction(path) && !path.startsWith(room))) {
      const { path, tree } = file;
      visit(tree, (node) => {
        if (ts.isAsExpression(node) && node.type.getText(tree) === "Statement") {
          violations.push({ path, line: lineOf(tree, node), message: "as Statement: only the tag sql`…` makes a statement" });
        }
        if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
        const position = statementArgument.get(node.expression.name.text);
        if (position === undefined) return;
        read += 1;
        const statement = node.arguments[position];
        if (statement !== undefined && isStatement(tree, statement)) return;
        violations.push({
          path,
          line: lineOf(tree, node),
          message: `${node.expression.name.text}(…) takes a sql\`…\` literal and nothing else`,
        });
      });
      for (const { line, node } of sqlLiterals(file)) {
        read += 1;
        visit(node.template, (part) => {
          if (ts.isTaggedTemplateExpression(part) && part.tag.getText(tree) === "sql") {
            violations.push({ path, line, message: "a sql`…` inside a sql`…`: write two whole statements" });
          }
        });
      }
    }
    return { read, violations };
  },
};
