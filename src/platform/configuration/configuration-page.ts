import { variables } from "./variables.ts";

/** The text of docs/configuration.md. */
export function configurationPage(): string {
  const rows = Object.values(variables).map(
    ({ name, form, default: otherwise, meaning }) => `| \`${name}\` | ${form} | ${otherwise} | ${meaning} |`,
  );
  return [
    "# Configuration",
    "",
    "Stoa reads its environment once, when it starts. A value that is out of bounds, and a name that begins with `STOA_` and is not in",
    "this table, keep it from starting; all mistakes are said at once. An empty value counts as none.",
    "",
    "| name | what it may be | when not set | what it does |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
    "The time-outs lie within one another: client > request > queue + statement, statement > lock ≥ lock of a lane, idle in a",
    "transaction < request < drain. A table that does not nest keeps Stoa from starting.",
    "",
  ].join("\n");
}
