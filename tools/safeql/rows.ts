import ts from "typescript";
import { loadParser, neverNullColumns } from "./never-null.ts";

export { loadParser };

/** What SafeQL found a statement to return: the shape of `PluginResolvedTarget` in @ts-safeql/plugin-utils. */
type Found =
  | { kind: "type"; value: string }
  | { kind: "literal"; value: string; base: Found }
  | { kind: "union"; value: Found[] }
  | { kind: "array"; value: Found }
  | { kind: "object"; value: [string, Found][] };

/** The columns that cannot be null, as `table.column`: filled from the schema before the statements are read. */
export const required = new Set<string>();

/** Statements that SafeQL handed over to be checked, and those of them that answer with rows. */
export const seen = { statements: 0, answering: 0 };

const flagsOf: Record<string, ts.TypeFlags> = {
  uuid: ts.TypeFlags.StringLike,
  string: ts.TypeFlags.StringLike,
  number: ts.TypeFlags.NumberLike,
  bigint: ts.TypeFlags.BigIntLike,
  boolean: ts.TypeFlags.BooleanLike,
  Instant: ts.TypeFlags.NumberLike,
};

function partsOf(type: ts.Type): ts.Type[] {
  return type.isUnion() ? type.types : [type];
}

function hasFlag(type: ts.Type, flags: ts.TypeFlags): boolean {
  // A branded type is an intersection of a primitive and a brand.
  return (type.flags & flags) !== 0 || (type.isIntersection() && type.types.some((part) => hasFlag(part, flags)));
}

function isNull(type: ts.Type): boolean {
  return (type.flags & ts.TypeFlags.Null) !== 0;
}

/** True when every value of the declared type could have come out of a column of the found type. */
function fits(found: Found, declared: ts.Type, checker: ts.TypeChecker): boolean {
  if (found.kind === "union") return fitsAll(found.value, declared, checker);
  const isBrandMissing = found.kind === "type" && found.value === "Instant" && declared.aliasSymbol?.name !== "Instant";
  if (isBrandMissing) return false;
  if (found.kind === "literal") return fits(found.base, declared, checker);
  if (found.kind === "array") {
    // Whether an element may be null is not judged: SafeQL says so of every array_agg.
    const element = checker.getIndexTypeOfType(declared, ts.IndexKind.Number);
    return element !== undefined && fits(requireValue(found.value), withoutNull(element, checker), checker);
  }
  if (found.kind === "object") return hasFlag(declared, ts.TypeFlags.Object);
  if (["json", "any", "unknown", "void"].includes(found.value)) return true;
  if (found.value === "null") return isNull(declared);
  if (found.value.endsWith("[]"))
    return fits({ kind: "array", value: { kind: "type", value: found.value.slice(0, -2) } }, declared, checker);
  if (found.value === "Buffer") return declared.symbol?.name === "Buffer";
  const flags = flagsOf[found.value] ?? ts.TypeFlags.StringLike;
  return partsOf(declared).every((part) => hasFlag(part, flags));
}

function withoutNull(type: ts.Type, checker: ts.TypeChecker): ts.Type {
  return checker.getNonNullableType(type);
}

function fitsAll(found: readonly Found[], declared: ts.Type, checker: ts.TypeChecker): boolean {
  const isNullable =
    found.some((part) => part.kind === "type" && part.value === "null") &&
    !found.some((part) => part.kind === "type" && part.value === "void");
  if (isNullable && !partsOf(declared).some(isNull)) return false;
  const rest = found.filter((part) => !(part.kind === "type" && part.value === "null"));
  const value = withoutNull(declared, checker);
  return rest.length === 0 || rest.every((part) => fits(part, value, checker));
}

function requireValue(found: Found): Found {
  if (found.kind !== "union") return found;
  return { kind: "union", value: found.value.filter((part) => !(part.kind === "type" && part.value === "null")) };
}

function spell(found: Found): string {
  switch (found.kind) {
    case "type":
      return found.value;
    case "literal":
      return spell(found.base);
    case "union":
      return found.value.map(spell).join(" | ");
    case "array":
      return `${spell(found.value)}[]`;
    case "object":
      return `{ ${found.value.map(([name, value]) => `${name}: ${spell(value)}`).join("; ")} }`;
  }
}

/**
 * Compares the columns that a statement answers with to the row that the code declared for it. A brand may narrow what the database
 * knows (a seller's id is a uuid, a state is a text); null may not be forgotten.
 * @returns what is wrong, in one sentence; undefined when nothing is.
 */
export function compareRow(
  output: Found,
  declared: ts.Type | undefined,
  checker: ts.TypeChecker,
  neverNull: ReadonlySet<string>,
): string | undefined {
  // Without a declared row the tag gives void: nothing can be read from it, so nothing can be read wrongly.
  if (output.kind !== "object" || declared === undefined) return undefined;
  const properties = new Map(checker.getPropertiesOfType(declared).map((property) => [property.name, property]));
  const problems: string[] = [];
  for (const [name, opinion] of output.value) {
    const found = neverNull.has(name) ? requireValue(opinion) : opinion;
    const property = properties.get(name);
    if (property === undefined) {
      problems.push(`the column ${name} (${spell(found)}) is selected and not declared`);
      continue;
    }
    properties.delete(name);
    const type = checker.getTypeOfSymbol(property);
    const parts = found.kind === "union" ? found : ({ kind: "union", value: [found] } satisfies Found);
    if (!fitsAll(parts.value, type, checker))
      problems.push(`the column ${name} is ${spell(found)}, declared as ${checker.typeToString(type)}`);
  }
  for (const name of properties.keys()) problems.push(`the column ${name} is declared and not selected`);
  return problems.length === 0 ? undefined : problems.join("; ");
}

interface Tag {
  tag: { type: string; name?: string };
  quasi: { quasis: { value: { raw: string } }[]; expressions: object[] };
  typeArguments?: { params: object[] };
}

interface Answered {
  node: Tag;
  output: Found;
  checker: ts.TypeChecker;
  parser: { esTreeNodeToTSNodeMap: { get: (node: object) => ts.Node } };
}

function typeCheck({ node, output, checker, parser }: Answered): { message: string } | undefined {
  seen.answering += 1;
  const [annotation] = node.typeArguments?.params ?? [];
  const typeNode = annotation === undefined ? undefined : parser.esTreeNodeToTSNodeMap.get(annotation);
  const declared = typeNode !== undefined && ts.isTypeNode(typeNode) ? checker.getTypeFromTypeNode(typeNode) : undefined;
  const text = node.quasi.quasis.map(({ value }, index) => (index === 0 ? value.raw : `$${index}${value.raw}`)).join("");
  const types = node.quasi.expressions.map((expression) => checker.getTypeAtLocation(parser.esTreeNodeToTSNodeMap.get(expression)));
  const nullable = types.flatMap((type, index) => (partsOf(type).some(isNull) ? [index + 1] : []));
  const message = compareRow(output, declared, checker, neverNullColumns(text, required, new Set(nullable)));
  return message === undefined ? undefined : { message };
}

/** What SafeQL loads: it asks for each tagged template whether it is a statement, and hands over what the statement answers with. */
export function factory(): { name: string; onTarget: (target: { node: Tag }) => false | { typeCheck: typeof typeCheck } } {
  return {
    name: "stoa-rows",
    onTarget({ node }) {
      if (node.tag.type !== "Identifier" || node.tag.name !== "sql") return false;
      seen.statements += 1;
      return { typeCheck };
    },
  };
}
