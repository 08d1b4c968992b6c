import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** One TypeScript file of the checkout: its path from the root, its text and its syntax tree. */
export interface CodeFile {
  path: string;
  text: string;
  tree: ts.SourceFile;
}

/** What the rules read. Syntax trees are parsed once for all rules; the type checker is built by the rule that asks first. */
export interface Project {
  root: string;
  code: readonly CodeFile[];
  /** Every text file that the project publishes: code, SQL, documents, settings. */
  texts: readonly { path: string; text: string }[];
  /** The migrations in the order in which they run. */
  migrations: readonly { path: string; text: string }[];
  checked: () => { program: ts.Program; checker: ts.TypeChecker };
}

/** A break of a rule: where (line from 1), and what to do instead. */
export interface Violation {
  path: string;
  line: number;
  message: string;
}

/** A rule: its name, and what it saw. `read` counts the things it looked at; a rule that looked at nothing has checked nothing. */
export interface Rule {
  name: string;
  sentence: string;
  find: (project: Project) => { read: number; violations: Violation[] };
}

const codeFolders = ["src", "tests", "tools", "bench", "replay", "sdk", "console"];
const skipped = new Set(["node_modules", ".git", ".data", "fixtures", "coverage", "dist"]);
const textEndings = /\.(ts|mjs|cjs|js|sql|md|json|yaml|yml|toml|sh)$|^[^.]*$|^\.[a-z-]+rc(\.json)?$|^\.gitignore$/;

function walk(root: string, folder: string, found: string[] = []): string[] {
  for (const name of readdirSync(join(root, folder)).sort()) {
    if (skipped.has(name)) continue;
    const path = folder === "" ? name : `${folder}/${name}`;
    if (statSync(join(root, path)).isDirectory()) walk(root, path, found);
    else found.push(path);
  }
  return found;
}

/** Reads the checkout (or a small copy of one) at `root`. */
export function readProject(root: string): Project {
  const paths = walk(root, "");
  const read = (path: string) => ({ path, text: readFileSync(join(root, path), "utf8") });
  const texts = paths.filter((path) => textEndings.test(path.slice(path.lastIndexOf("/") + 1))).map(read);
  const code = texts
    .filter(({ path }) => path.endsWith(".ts") && codeFolders.some((folder) => path.startsWith(`${folder}/`)))
    .map(({ path, text }) => ({ path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true) }));
  let checked: ReturnType<Project["checked"]> | undefined;
  return {
    root,
    code,
    texts,
    migrations: texts.filter(({ path }) => /^db\/migrations\/.*\.sql$/.test(path)),
    checked: () => (checked ??= check(root)),
  };
}

function check(root: string): { program: ts.Program; checker: ts.TypeChecker } {
  const settings = join(root, "tsconfig.json");
  const given = existsSync(settings)
    ? ts.parseJsonConfigFileContent(ts.readConfigFile(settings, (path) => readFileSync(path, "utf8")).config, ts.sys, root)
    : {
        fileNames: walk(root, "")
          .filter((path) => path.endsWith(".ts"))
          .map((path) => join(root, path)),
        options: {},
      };
  const program = ts.createProgram(given.fileNames, { ...given.options, strict: true, noEmit: true });
  return { program, checker: program.getTypeChecker() };
}

/** True for code that runs in production: `src/`, without the tests that stand beside it. */
export function isProduction(path: string): boolean {
  return path.startsWith("src/") && !path.endsWith(".test.ts");
}

/** Visits a node and everything below it. */
export function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  node.forEachChild((child) => visit(child, look));
}

/** The line (from 1) on which a node begins. */
export function lineOf(tree: ts.SourceFile, node: ts.Node): number {
  return tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
}

/** The line (from 1) of a position in a text. */
export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}

/** One sql`…` literal: its text with every parameter written as `$n`. */
export interface SqlLiteral {
  path: string;
  line: number;
  text: string;
  node: ts.TaggedTemplateExpression;
}

/** All sql`…` literals of a file, with the tag written bare or with a type argument. */
export function sqlLiterals(file: CodeFile): SqlLiteral[] {
  const found: SqlLiteral[] = [];
  visit(file.tree, (node) => {
    if (!ts.isTaggedTemplateExpression(node) || !ts.isIdentifier(node.tag) || node.tag.text !== "sql") return;
    const { template } = node;
    const text = ts.isNoSubstitutionTemplateLiteral(template)
      ? template.text
      : template.head.text + template.templateSpans.map((span, index) => `$${index + 1}${span.literal.text}`).join("");
    found.push({ path: file.path, line: lineOf(file.tree, node), text, node });
  });
  return found;
}

/** SQL without its comments and string constants, so that words in them are not read as SQL. Lengths and lines stay as they were. */
export function bareSql(text: string): string {
  const blank = (match: string) => match.replace(/[^\n]/g, " ");
  return text.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'/g, blank);
}
