import ts from "typescript";
import { isProduction, lineOf, sqlLiterals, visit } from "./project.ts";
import type { Rule, Violation } from "./project.ts";

/** The room of the driver turns a statement into the driver's own call; everybody else hands it a literal. */
const room = "src/platform/db/";

/** Which argument of each method of a reader or a transaction is a statement, or a list of statements. */
const statementArgument = new Map([
  ["query", 0],
  ["one", 0],
  ["find", 0],
  ["execute", 0],
  ["pipeline", 0],
  ["finish", 0],
  ["lock", 1],
  ["locking", 1],
]);

function declaredAs(tree: ts.SourceFile, name: string): ts.Expression | undefined {
  let initializer: ts.Expression | undefined;
  visit(tree, (node) => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.name.text === name) initializer = node.initializer;
  });
  return initializer;
}

/** SQL as a text or an object: everything that is neither a literal of the tag nor a value whose type only the tag can make. */
function isText(tree: ts.SourceFile, expression: ts.Expression): boolean {
  if (ts.isTaggedTemplateExpression(expression)) return expression.tag.getText(tree) !== "sql";
  if (ts.isConditionalExpression(expression)) return isText(tree, expression.whenTrue) || isText(tree, expression.whenFalse);
  if (ts.isArrayLiteralExpression(expression)) return expression.elements.some((element) => isText(tree, element));
  if (ts.isIdentifier(expression)) {
    const declared = declaredAs(tree, expression.text);
    return declared !== undefined && declared !== expression && isText(tree, declared);
  }
  return (
    ts.isStringLiteralLike(expression) ||
    ts.isTemplateExpression(expression) ||
    ts.isBinaryExpression(expression) ||
    ts.isObjectLiteralExpression(expression)
  );
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
        if (!ts.isCallExpression(node)) return;
        const name = ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : node.expression.getText(tree);
        const position = statementArgument.get(name);
        if (position === undefined) return;
        read += 1;
        const statement = node.arguments[position];
        if (statement === undefined || !isText(tree, statement)) return;
        violations.push({ path, line: lineOf(tree, node), message: `${name}(…) takes a sql\`…\` literal and nothing else` });
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
