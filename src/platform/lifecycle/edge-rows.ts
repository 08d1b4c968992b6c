import type { Machine } from "../../kernel/lifecycle.ts";

/** A row of `lifecycle_edges`, which the triggers of the database ask. */
export type EdgeRow = { readonly machine: string; readonly from_state: string; readonly event: string; readonly to_state: string };

/** The edges of all machines as rows, for the migration that brings the table up to the code. */
export function edgeRows(machines: readonly Machine[]): EdgeRow[] {
  return machines.flatMap(({ name, edges }) =>
    edges.map(({ from, event, to }) => ({ machine: name, from_state: from, event, to_state: to })),
  );
}
