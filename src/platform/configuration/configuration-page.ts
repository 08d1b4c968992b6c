import { clientMillis, drainMillis, requestMillis, variables } from "./variables.ts";

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
    `Time-outs lie within one another: a client waits ${clientMillis} ms, a request is worked on for ${requestMillis} ms at most, and that is more than`,
    "queue and statement together and more than a transaction may stand still; a statement has more time than a lock, and a lane's lock",
    `less than others. After SIGTERM requests have ${drainMillis} ms to end. A table that does not nest keeps Stoa from starting.`,
    "",
  ].join("\n");
}
