import type { Edge, Machine } from "../../kernel/lifecycle.ts";

/** The page docs/lifecycles.md: of each machine its diagram (Mermaid) and its edges as a table, in the order they are declared. */
export function lifecyclesPage(machines: readonly Machine[]): string {
  return [
    "# Lifecycles",
    "",
    "Generated from the machines in `src/modules` by `npm run generate`. A state that no edge leaves is an end.",
    ...machines.flatMap((machine) => ["", `## ${machine.name}`, "", ...diagram(machine), "", ...table(machine)]),
    "",
  ].join("\n");
}

function diagram({ edges }: Machine): string[] {
  const left = new Set(edges.map(({ from }) => from));
  const ends = [...new Set(edges.map(({ to }) => to))].filter((state) => !left.has(state));
  return [
    "```mermaid",
    "stateDiagram-v2",
    ...edges.map(({ from, event, to }) => `  ${from === "" ? "[*]" : from} --> ${to}: ${event}`),
    ...ends.map((state) => `  ${state} --> [*]`),
    "```",
  ];
}

function table({ edges }: Machine): string[] {
  return ["| from | event | to | who may |", "| --- | --- | --- | --- |", ...edges.map(row)];
}

function row({ from, event, to, by }: Edge): string {
  return `| ${from === "" ? "(nothing)" : from} | ${event} | ${to} | ${by.join(", ")} |`;
}
