import ts from "typescript";
import { bareSql, isProduction, lineAt, sqlLiterals, visit } from "./project.ts";
import type { CodeFile, Rule, Violation } from "./project.ts";

const room = /^src\/(modules|platform)\/[^/]+/;

const writes = [
  /\binsert\s+into\s+(?:only\s+)?([a-z_][\w.]*)/gi,
  /\bdelete\s+from\s+(?:only\s+)?([a-z_][\w.]*)/gi,
  /\bmerge\s+into\s+(?:only\s+)?([a-z_][\w.]*)/gi,
  /\btruncate\s+(?:table\s+)?(?:only\s+)?([a-z_][\w.]*)/gi,
  // "for update", "for no key update" and "do update" name no target, nor does the "update" of "on update cascade".
  /(?<!\b(?:for|key|do|on)\s+)\bupdate\s+(?:only\s+)?([a-z_][\w.]*)/gi,
];

/** The tables a statement writes to, in lower case and without their schema. */
export function writtenTables(sql: string): { table: string; line: number }[] {
  const bare = bareSql(sql);
  return writes.flatMap((pattern) =>
    [...bare.matchAll(pattern)].map((match) => ({
      table: (match[1] ?? "").toLowerCase().replace(/^.*\./, ""),
      line: lineAt(bare, match.index),
    })),
  );
}

function declaredTables(file: CodeFile): string[] {
  const tables: string[] = [];
  visit(file.tree, (node) => {
    if (!ts.isVariableDeclaration(node) || node.name.getText(file.tree) !== "owns" || node.initializer === undefined) return;
    visit(node.initializer, (part) => {
      if (ts.isStringLiteral(part)) tables.push(part.text);
    });
  });
  return tables;
}

/** The tables that the migrations create and leave standing; partitions are their parent's. */
function createdTables(migrations: readonly { text: string }[]): Set<string> {
  const tables = new Set<string>();
  for (const { text } of migrations) {
    const bare = bareSql(text);
    for (const [, name = "", rest = ""] of bare.matchAll(
      /\bcreate\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?([\w.]+)\s*(partition\s+of)?/gi,
    )) {
      if (rest === "") tables.add(name.toLowerCase().replace(/^.*\./, ""));
    }
    for (const [, name = ""] of bare.matchAll(/\bdrop\s+table\s+(?:if\s+exists\s+)?([\w.]+)/gi))
      tables.delete(name.toLowerCase().replace(/^.*\./, ""));
  }
  return tables;
}

export const rule: Rule = {
  name: "table-owner",
  sentence: "Every table has one owner, and only the owner writes it.",
  find({ code, migrations }) {
    const violations: Violation[] = [];
    const owners = new Map<string, string>();
    const production = code.filter(({ path }) => isProduction(path));
    for (const file of production) {
      const folder = room.exec(file.path)?.[0].replace(/\.ts$/, "");
      for (const table of declaredTables(file)) {
        const other = owners.get(table);
        if (folder === undefined)
          violations.push({ path: file.path, line: 1, message: `${table}: only a module or a part of platform owns tables` });
        else if (other !== undefined && other !== folder)
          violations.push({ path: file.path, line: 1, message: `${table} is owned by ${other} too` });
        else owners.set(table, folder);
      }
    }
    const created = createdTables(migrations);
    for (const table of created) {
      if (!owners.has(table))
        violations.push({ path: "db/migrations", line: 1, message: `${table} has no owner: name it in the owns of its room` });
    }
    for (const [table, folder] of owners) {
      if (!created.has(table)) violations.push({ path: folder, line: 1, message: `${table} is owned and no migration creates it` });
    }
    let read = 0;
    for (const file of production) {
      const folder = room.exec(file.path)?.[0].replace(/\.ts$/, "");
      for (const literal of sqlLiterals(file)) {
        read += 1;
        for (const { table, line } of writtenTables(literal.text)) {
          const owner = owners.get(table);
          if (owner !== undefined && owner === folder) continue;
          violations.push({
            path: file.path,
            line: literal.line + line - 1,
            message: `writes ${table}, which is ${owner === undefined ? "nobody's" : `owned by ${owner}`}`,
          });
        }
      }
    }
    return { read, violations };
  },
};
