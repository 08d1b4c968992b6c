import ts from "typescript";
import { lineAt, lineOf, visit } from "./project.ts";
import type { Rule, Violation } from "./project.ts";

const silencers = /@ts-(ignore|nocheck)|(eslint|oxlint|biome|safeql)-?(disable|ignore)|\bv8 ignore\b|\b(TODO|FIXME)\b/;

export const rule: Rule = {
  name: "no-silencing",
  sentence: "A check is obeyed or changed, never silenced in place; nothing is left for later in a comment.",
  find({ code }) {
    const violations: Violation[] = [];
    for (const { path, text, tree } of code) {
      visit(tree, (node) => {
        if (ts.isAsExpression(node) && node.type.kind === ts.SyntaxKind.AnyKeyword) {
          violations.push({ path, line: lineOf(tree, node), message: "as any" });
        }
      });
      const scanner = ts.createScanner(ts.ScriptTarget.ESNext, false, ts.LanguageVariant.Standard, text);
      for (let token = scanner.scan(); token !== ts.SyntaxKind.EndOfFileToken; token = scanner.scan()) {
        const isComment = token === ts.SyntaxKind.SingleLineCommentTrivia || token === ts.SyntaxKind.MultiLineCommentTrivia;
        const match = isComment ? silencers.exec(scanner.getTokenText()) : null;
        if (match) violations.push({ path, line: lineAt(text, scanner.getTokenStart()), message: match[0] });
      }
    }
    return { read: code.length, violations };
  },
};
