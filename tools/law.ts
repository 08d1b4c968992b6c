import { cruise } from "dependency-cruiser";
import type { ICruiseOptions, ICruiseResult, IRegularForbiddenRuleType } from "dependency-cruiser";

/** A rule of the law: who may import whom. `name` is what a violation is reported under. */
export type ImportRule = IRegularForbiddenRuleType & { name: string; comment: string };

function forbid(name: string, comment: string, from: IRegularForbiddenRuleType["from"], to: IRegularForbiddenRuleType["to"]): ImportRule {
  return { name, comment, severity: "error", from, to };
}

/** Tests stand beside the code they test and may use the test kit; the law speaks of what runs in production. */
const noTests = "\\.test\\.ts$";

/** The import rules of ARCHITECTURE.md, floor by floor. Rules about what is called, not what is imported, are in tools/lint. */
export const importRules: readonly ImportRule[] = [
  forbid(
    "kernel-imports-nothing",
    "The kernel is pure: it imports neither a floor, a package nor node:.",
    { path: "^src/kernel/", pathNot: noTests },
    { pathNot: "^src/kernel/" },
  ),
  forbid(
    "platform-uses-only-the-kernel",
    "Platform knows no module, flow, view, route, job or command.",
    { path: "^src/platform/" },
    { path: "^src/(?!kernel/|platform/)" },
  ),
  forbid(
    "database-lies-below-platform",
    "The rest of platform stands on db; db stands on the kernel alone.",
    { path: "^src/platform/db/" },
    { path: "^src/platform/(?!db/)" },
  ),
  forbid(
    "platform-neighbours-stand-apart",
    "Within platform only db is shared.",
    { path: "^src/platform/([^/.]+)" },
    { path: "^src/platform/", pathNot: "^src/platform/($1|db)(/|\\.ts$)" },
  ),
  forbid(
    "modules-use-only-floors-below",
    "A module knows no flow, view, route, job or command.",
    { path: "^src/modules/" },
    { path: "^src/(?!kernel/|platform/|modules/)" },
  ),
  forbid(
    "modules-do-not-talk",
    "What needs two modules is a flow (writes) or a view (reads).",
    { path: "^src/modules/([^/]+)/" },
    { path: "^src/modules/", pathNot: "^src/modules/$1/" },
  ),
  forbid(
    "a-module-is-its-index",
    "From outside, a module is its index.ts.",
    { path: "^src/(?!modules/)" },
    { path: "^src/modules/[^/]+/(?!index\\.ts$)" },
  ),
  forbid(
    "views-use-only-floors-below",
    "A view reads; it knows no flow, route, job or command.",
    { path: "^src/views/" },
    { path: "^src/(?!kernel/|platform/|modules/|views/)" },
  ),
  forbid(
    "flows-use-only-floors-below",
    "A flow may read through a view; it knows no route, job or command.",
    { path: "^src/flows/" },
    { path: "^src/(?!kernel/|platform/|modules/|views/|flows/)" },
  ),
  forbid(
    "siblings-stand-apart",
    "http, worker and cli do not know one another.",
    { path: "^src/(http|worker|cli)/" },
    { path: "^src/(http|worker|cli)/", pathNot: "^src/$1/" },
  ),
  forbid(
    "nobody-imports-main",
    "main.ts is the only place where things are wired, and nothing is wired to it.",
    { path: "^(src|tests|tools|bench|replay|sdk|console)/" },
    { path: "^src/main\\.ts$" },
  ),
  forbid(
    "no-circles",
    "A circle, type-only imports included, is two things that should be one or a third thing without a name.",
    { path: "^(src|tests|tools|bench|replay)/" },
    { circular: true },
  ),
  forbid(
    "fastify-stays-in-http",
    "The web framework is known to src/http and main.ts.",
    { path: "^src/(?!http/|main\\.ts$)" },
    { path: "node_modules/(fastify|@fastify|@scalar)/" },
  ),
  forbid(
    "the-driver-stays-in-the-database-room",
    "The PostgreSQL driver is known to src/platform/db alone.",
    { path: "^src/(?!platform/db/)" },
    { path: ["node_modules/pg/", "node_modules/pg-", "node_modules/@types/pg/"] },
  ),
  forbid(
    "pdf-is-drawn-in-one-room",
    "How a PDF is drawn is known to src/modules/invoices/pdf alone.",
    { path: "^src/(?!modules/invoices/pdf/)" },
    { path: "node_modules/(@types/)?(pdfkit|fontkit)/" },
  ),
  forbid(
    "satellites-do-not-import-the-server",
    "sdk and console speak to the server over HTTP.",
    { path: "^(sdk|console)/" },
    { path: "^src/" },
  ),
  forbid(
    "the-replay-shares-nothing-with-the-server",
    "The replay computes its expectations from the files with code of its own.",
    { path: "^replay/", pathNot: noTests },
    { path: "^src/" },
  ),
  forbid(
    "production-does-not-import-its-tests",
    "What runs in production knows neither tests nor tools.",
    { path: "^src/", pathNot: noTests },
    { path: "^(tests|tools|bench|replay)/" },
  ),
  forbid(
    "imports-resolve",
    "An import that leads nowhere is checked by no other rule.",
    { path: "^(src|tests|tools|bench|replay|sdk|console)/" },
    { couldNotResolve: true },
  ),
];

/** What a cruise saw: how many modules and imports it read, and every break of the law. */
export interface Cruise {
  modules: number;
  imports: number;
  violations: { rule: string; from: string; to: string }[];
}

/** Reads the imports of the named folders under `root` and judges them by {@link importRules}. Folders that do not exist are left out by the caller. */
export async function cruiseImports(root: string, folders: readonly string[]): Promise<Cruise> {
  const options: ICruiseOptions = {
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: [...importRules] },
    // "specify" keeps type-only imports: they are erased before running, and are dependencies of the reader all the same.
    tsPreCompilationDeps: "specify",
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)fixtures/" },
    outputType: "json",
  };
  const { output } = await cruise([...folders], options, {
    extensions: [".ts", ".mjs", ".js", ".json"],
    conditionNames: ["node", "import", "types", "default"],
    exportsFields: ["exports"],
  });
  const result = (typeof output === "string" ? JSON.parse(output) : output) as ICruiseResult;
  return {
    modules: result.modules.filter((module) => folders.some((folder) => module.source.startsWith(`${folder}/`))).length,
    imports: result.summary.totalDependenciesCruised ?? 0,
    violations: result.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
  };
}
