import { parseArgs } from "node:util";
import { Misconfigured } from "./misconfigured.ts";

/** A command as it was called. */
export type CommandLine =
  | { readonly command: "start" | "serve" | "migrate" | "help" }
  | { readonly command: "doctor"; readonly json: boolean }
  | { readonly command: "operator init"; readonly name: string; readonly json: boolean };

export const usage = `stoa <command>

  start                   database, migrations and server; on the embedded database also a small demo market
  serve                   the server alone, on a database that is migrated already
  migrate                 brings the database up to this version
  operator init [--name <name>] [--json]
                          makes the operator and prints its first admin key, once
  doctor [--json]         checks every invariant; exit code 1 when one does not hold

The configuration comes from the environment: docs/configuration.md.`;

/** @throws Misconfigured for a command or option that there is not */
export function readCommandLine(words: readonly string[]): CommandLine {
  const [first = "help", ...rest] = words;
  switch (first) {
    case "start":
    case "serve":
    case "migrate":
      flags(rest, []);
      return { command: first };
    case "doctor":
      return { command: first, json: flags(rest, ["json"]).has("json") };
    case "operator":
      return operatorCommand(rest);
    case "help":
    case "--help":
    case "-h":
      return { command: "help" };
    default:
      throw new Misconfigured(`There is no command "${first}".\n\n${usage}`);
  }
}

function operatorCommand([second, ...rest]: readonly string[]): CommandLine {
  if (second !== "init") throw new Misconfigured(`"stoa operator" is followed by "init".\n\n${usage}`);
  const { values } = parsed(rest, { name: { type: "string" }, json: { type: "boolean" } });
  const name = typeof values["name"] === "string" ? values["name"] : "first admin";
  if (!/^[^\p{Cc}]{1,100}$/u.test(name) || name.trim() === "") throw new Misconfigured("--name takes 1 to 100 characters of one line.");
  return { command: "operator init", name, json: values["json"] === true };
}

function flags(words: readonly string[], known: readonly string[]): ReadonlySet<string> {
  const { values } = parsed(words, Object.fromEntries(known.map((name) => [name, { type: "boolean" as const }])));
  return new Set(Object.keys(values));
}

function parsed(words: readonly string[], options: Record<string, { type: "string" | "boolean" }>) {
  try {
    return parseArgs({ args: [...words], options, strict: true, allowPositionals: false });
  } catch (error) {
    throw new Misconfigured(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}
