import ts from "typescript";
import { bareSql, isProduction, lineAt, lineOf, sqlLiterals, visit } from "./project.ts";
import type { Rule, Violation } from "./project.ts";

const sqlClock =
  /\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(|\b(current_timestamp|current_date|current_time|localtimestamp|localtime)\b/gi;

/** The one place where SQL may read the server's clock: the body of stoa_now(). */
const clockFunction = /create\s+(or\s+replace\s+)?function\s+(\w+\.)?stoa_now\s*\([\s\S]*?\bas\s+(\$\w*\$)[\s\S]*?\3/gi;

const message = "time comes from stoa_now(), read once per transaction and passed down; time-outs use performance.now()";

function readsWallClock(node: ts.Node): boolean {
  if (ts.isNewExpression(node)) return node.expression.getText() === "Date" && (node.arguments?.length ?? 0) === 0;
  if (!ts.isCallExpression(node)) return false;
  return ["Date", "Date.now", "performance.timeOrigin", "Temporal.Now.instant"].includes(node.expression.getText());
}

export const rule: Rule = {
  name: "one-clock",
  sentence: "There is one clock, the database's stoa_now().",
  find({ code, migrations }) {
    const violations: Violation[] = [];
    const production = code.filter(({ path }) => isProduction(path));
    for (const file of production) {
      visit(file.tree, (node) => {
        if (readsWallClock(node)) violations.push({ path: file.path, line: lineOf(file.tree, node), message });
      });
      for (const { path, line, text } of sqlLiterals(file)) {
        const sql = bareSql(text);
        for (const match of sql.matchAll(sqlClock)) violations.push({ path, line: line + lineAt(sql, match.index) - 1, message });
      }
    }
    for (const { path, text } of migrations) {
      const sql = bareSql(text).replace(clockFunction, (body) => body.replace(/[^\n]/g, " "));
      for (const match of sql.matchAll(sqlClock)) violations.push({ path, line: lineAt(sql, match.index), message });
    }
    return { read: production.length + migrations.length, violations };
  },
};
