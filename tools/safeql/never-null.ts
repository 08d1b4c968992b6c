import { loadModule, parseSync } from "libpg-query";

/** Loads the parser; needed once before {@link neverNullColumns}. It is not done on import, because SafeQL loads this file with require. */
export const loadParser = loadModule;

/** A node of PostgreSQL's own parse tree: one member, named by the kind of the node. */
type Tree = { readonly [member: string]: unknown };

/** The columns of a relation: true when a column cannot be null. */
type Columns = ReadonlyMap<string, boolean>;

/** The relations that an expression can name, and what WHERE and the conditions of inner joins say about their columns. */
interface Scope {
  relations: Map<string, Columns>;
  notNull: Set<string>;
  ctes: ReadonlyMap<string, Columns>;
  /** With `group by` there is a row for each group, so an aggregate has seen at least one. */
  grouped: boolean;
}

/** Functions whose answer is never null, whatever they are given. */
const answeringFunctions = new Set([
  "clock_timestamp",
  "concat",
  "concat_ws",
  "count",
  "current_setting",
  "format",
  "gen_random_uuid",
  "json_build_object",
  "jsonb_build_object",
  "json_build_array",
  "jsonb_build_array",
  "rank",
  "row_number",
  "set_config",
  "stoa_now",
  "stoa_organisation",
]);

/** Functions whose answer is null only when one of their arguments is. */
const strictFunctions = new Set([
  "abs",
  "date_trunc",
  "greatest",
  "hashtextextended",
  "least",
  "length",
  "lower",
  "octet_length",
  "pg_advisory_unlock",
  // Of an object of the row at hand, which is there.
  "pg_get_constraintdef",
  "pg_get_functiondef",
  "pg_get_indexdef",
  "pg_get_triggerdef",
  "pg_get_userbyid",
  "pg_has_role",
  "pg_try_advisory_lock",
  "pg_try_advisory_xact_lock",
  "quote_ident",
  "quote_literal",
  "to_jsonb",
  "upper",
]);

const aggregates = new Set(["array_agg", "bool_and", "bool_or", "json_agg", "jsonb_agg", "max", "min", "string_agg", "sum"]);

/** Operators that answer null for values that are not: what is not there, in a document. */
const asking = new Set(["->", "->>", "#>", "#>>"]);

const comparisons = new Set(["=", "<", ">", "<=", ">=", "<>", "!="]);

function is(node: unknown): node is Tree {
  return typeof node === "object" && node !== null;
}

function child(node: unknown, ...path: string[]): Tree | undefined {
  let found: unknown = node;
  for (const member of path) found = is(found) ? found[member] : undefined;
  return is(found) ? found : undefined;
}

function list(node: unknown, ...path: string[]): Tree[] {
  const found = child(node, ...path);
  return Array.isArray(found) ? found.filter(is) : [];
}

function text(node: unknown, member: string): string | undefined {
  const found = is(node) ? node[member] : undefined;
  return typeof found === "string" ? found : undefined;
}

function names(nodes: readonly Tree[]): string[] {
  return nodes.map((node) => text(node["String"], "sval") ?? "*");
}

/**
 * A second opinion on nullability, for what SafeQL does not follow: unnest, common table expressions, functions, `is not null`.
 * It may say "never null" of a column only where the statement and the NOT NULL constraints (`table.column`) force it.
 */
export function neverNullColumns(sql: string, required: ReadonlySet<string>, nullableParameters: ReadonlySet<number>): ReadonlySet<string> {
  const [statement] = list(parseSync(sql), "stmts");
  const columns = columnsOf(child(statement, "stmt"), new Map());
  return new Set([...columns].filter(([, never]) => never).map(([name]) => name));

  function columnsOf(node: Tree | undefined, outer: ReadonlyMap<string, Columns>): Columns {
    const [kind = "", body] = Object.entries(node ?? {})[0] ?? [];
    if (!is(body)) return new Map();
    const ctes = new Map(outer);
    for (const cte of list(body, "withClause", "ctes")) {
      const expression = child(cte, "CommonTableExpr");
      const answered = [...columnsOf(child(expression, "ctequery"), ctes)];
      const aliases = names(list(expression, "aliascolnames"));
      ctes.set(text(expression, "ctename") ?? "", new Map(answered.map(([name, never], index) => [aliases[index] ?? name, never])));
    }
    const scope: Scope = { relations: new Map(), notNull: new Set(), ctes, grouped: list(body, "groupClause").length > 0 };
    if (kind === "SelectStmt") return selected(body, scope);
    if (!["InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"].includes(kind)) return new Map();
    addRelation({ RangeVar: child(body, "relation") ?? {} }, scope, false);
    for (const item of [...list(body, "fromClause"), ...list(body, "usingClause")]) addRelation(item, scope, false);
    addFacts(child(body, "whereClause"), scope);
    return targets(list(body, "returningClause", "exprs"), scope);
  }

  function selected(body: Tree, scope: Scope): Columns {
    if (is(body["larg"]) && is(body["rarg"])) {
      const left = [...columnsOf({ SelectStmt: body["larg"] }, scope.ctes)];
      const right = [...columnsOf({ SelectStmt: body["rarg"] }, scope.ctes).values()];
      return new Map(left.map(([name, never], index) => [name, never && right[index] === true]));
    }
    for (const item of list(body, "fromClause")) addRelation(item, scope, false);
    addFacts(child(body, "whereClause"), scope);
    return targets(list(body, "targetList"), scope);
  }

  function targets(items: readonly Tree[], scope: Scope): Columns {
    const columns = new Map<string, boolean>();
    for (const item of items) {
      const target = child(item, "ResTarget");
      const value = child(target, "val");
      const path = names(list(value, "ColumnRef", "fields"));
      if (path.at(-1) === "*") {
        const spread = path.length > 1 ? [scope.relations.get(path[0] ?? "")] : [...scope.relations.values()];
        for (const relation of spread) for (const [name, never] of relation ?? []) columns.set(name, never);
        continue;
      }
      const name = text(target, "name") ?? path.at(-1) ?? names(list(value, "FuncCall", "funcname")).at(-1) ?? `column ${columns.size}`;
      columns.set(name, neverNull(value, scope));
    }
    return columns;
  }

  function addRelation(item: Tree, scope: Scope, nullable: boolean): void {
    const join = child(item, "JoinExpr");
    if (join !== undefined) {
      const type = text(join, "jointype") ?? "JOIN_INNER";
      addRelation(child(join, "larg") ?? {}, scope, nullable || type === "JOIN_RIGHT" || type === "JOIN_FULL");
      addRelation(child(join, "rarg") ?? {}, scope, nullable || type === "JOIN_LEFT" || type === "JOIN_FULL");
      if (type === "JOIN_INNER" && !nullable) addFacts(child(join, "quals"), scope);
      return;
    }
    const [kind = "", body] = Object.entries(item)[0] ?? [];
    const alias = child(body, "alias");
    const given = names(list(alias, "colnames"));
    const columns = relationColumns(kind, body, given, scope);
    const name = text(alias, "aliasname") ?? text(body, "relname") ?? "";
    scope.relations.set(name, new Map([...columns].map(([column, never], index) => [given[index] ?? column, never && !nullable])));
  }

  function relationColumns(kind: string, body: unknown, given: readonly string[], scope: Scope): Columns {
    if (kind === "RangeSubselect") return columnsOf(child(body, "subquery"), scope.ctes);
    if (kind === "RangeVar") {
      const table = text(body, "relname") ?? "";
      const inSchema = [...required].filter((column) => column.startsWith(`${table}.`)).map((column) => column.slice(table.length + 1));
      return scope.ctes.get(table) ?? new Map(inSchema.map((column) => [column, true]));
    }
    if (kind !== "RangeFunction") return new Map();
    // The elements of a list parameter are what its TypeScript type says. (Lists of unequal length would be filled up with null: those
    // of one statement are made from one array.)
    const calls = list(body, "functions").map((call) => names(list(list(call, "List", "items")[0], "FuncCall", "funcname")).at(-1));
    const vouched = calls.every((call) => call === "unnest" || call === "generate_series");
    return new Map(given.map((column) => [column, vouched]));
  }

  function addFacts(condition: Tree | undefined, scope: Scope): void {
    for (const part of list(condition, "BoolExpr", "args")) {
      if (text(child(condition, "BoolExpr"), "boolop") === "AND_EXPR") addFacts(part, scope);
    }
    const test = child(condition, "NullTest");
    if (text(test, "nulltesttype") === "IS_NOT_NULL") addFact(child(test, "arg"), scope);
    const comparison = child(condition, "A_Expr");
    const operator = names(list(comparison, "name"))[0] ?? "";
    const kind = text(comparison, "kind");
    if (kind === "AEXPR_IN" || kind === "AEXPR_OP_ANY" || (kind === "AEXPR_OP" && comparisons.has(operator))) {
      addFact(child(comparison, "lexpr"), scope);
      if (kind === "AEXPR_OP") addFact(child(comparison, "rexpr"), scope);
    }
  }

  function addFact(value: Tree | undefined, scope: Scope): void {
    const path = names(list(value, "ColumnRef", "fields"));
    if (path.length > 0) scope.notNull.add(path.join("."));
  }

  function neverNull(value: Tree | undefined, scope: Scope): boolean {
    const [kind, body] = Object.entries(value ?? {})[0] ?? [];
    switch (kind) {
      case "A_Const":
        return !(is(body) && body["isnull"] === true);
      case "ColumnRef": {
        const path = names(list(body, "fields"));
        if (scope.notNull.has(path.join("."))) return true;
        const [relation, column] = path.length > 1 ? [path[0] ?? "", path[1] ?? ""] : ["", path[0] ?? ""];
        if (relation !== "") return scope.relations.get(relation)?.get(column) === true;
        return [...scope.relations.values()].some((columns) => columns.get(column) === true);
      }
      case "ParamRef":
        return is(body) && typeof body["number"] === "number" && !nullableParameters.has(body["number"]);
      case "TypeCast":
        return neverNull(child(body, "arg"), scope);
      case "CoalesceExpr":
        return list(body, "args").some((argument) => neverNull(argument, scope));
      case "SQLValueFunction":
      case "NullTest":
      case "BooleanTest":
        return true;
      case "BoolExpr":
        return list(body, "args").every((argument) => neverNull(argument, scope));
      case "A_ArrayExpr":
        return true;
      case "A_Expr":
        if (text(body, "kind") === "AEXPR_NULLIF" || asking.has(names(list(body, "name"))[0] ?? "")) return false;
        return [child(body, "lexpr"), child(body, "rexpr")].every((side) => side === undefined || neverNull(side, scope));
      case "CaseExpr": {
        const branches = list(body, "args").map((branch) => child(branch, "CaseWhen", "result"));
        return [...branches, child(body, "defresult")].every((branch) => neverNull(branch, scope));
      }
      case "FuncCall": {
        const name = names(list(body, "funcname")).at(-1) ?? "";
        if (answeringFunctions.has(name)) return true;
        const isStrict = strictFunctions.has(name) || (scope.grouped && aggregates.has(name) && is(body) && !is(body["agg_filter"]));
        return isStrict && list(body, "args").every((argument) => neverNull(argument, scope));
      }
      case "SubLink":
        return text(body, "subLinkType") === "EXISTS_SUBLINK" || isAggregate(child(body, "subselect"), scope);
      default:
        return false;
    }
  }

  /** A select of one aggregate without `group by` answers exactly one row; coalesced, it is never null. */
  function isAggregate(query: Tree | undefined, scope: Scope): boolean {
    const body = child(query, "SelectStmt");
    if (body === undefined || list(body, "groupClause").length > 0 || is(body["havingClause"]) || is(body["limitCount"])) return false;
    const value = child(list(body, "targetList")[0], "ResTarget", "val");
    const hasAggregate = /"sval":"(json_agg|jsonb_agg|array_agg|sum|max|min|count|bool_and|bool_or|string_agg)"/.test(
      JSON.stringify(value ?? {}),
    );
    return hasAggregate && [...columnsOf(query, scope.ctes).values()][0] === true;
  }
}
