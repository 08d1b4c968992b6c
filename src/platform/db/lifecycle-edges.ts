import type { OwnerConnection } from "./owner-connection.ts";
import { sql } from "./sql.ts";

/** One edge of a lifecycle as the database knows it; `from_state` is empty for a birth. */
export type LifecycleEdge = { readonly machine: string; readonly from_state: string; readonly event: string; readonly to_state: string };

/**
 * Brings the table that the triggers ask up to the code: new edges are added, those that came back are revived, those that the code no
 * longer has are retired. An older version beside a newer schema adds and revives its own, but retires nothing.
 */
export async function syncLifecycleEdges(
  owner: OwnerConnection,
  edges: readonly LifecycleEdge[],
  { since, retire }: { readonly since: string; readonly retire: boolean },
): Promise<void> {
  const machines = edges.map(({ machine }) => machine);
  const fromStates = edges.map(({ from_state }) => from_state);
  const events = edges.map(({ event }) => event);
  const toStates = edges.map(({ to_state }) => to_state);
  await owner.query(sql`
    insert into lifecycle_edges (machine, from_state, event, to_state, since, retired)
    select machine, from_state, event, to_state, ${since}, false
    from unnest(${machines}::text[], ${fromStates}::text[], ${events}::text[], ${toStates}::text[]) as edge (machine, from_state, event, to_state)
    on conflict (machine, from_state, event, to_state) do update set retired = false where lifecycle_edges.retired`);
  if (!retire) return;
  await owner.query(sql`
    update lifecycle_edges set retired = true
    where not retired and (machine, from_state, event, to_state) not in (
      select machine, from_state, event, to_state
      from unnest(${machines}::text[], ${fromStates}::text[], ${events}::text[], ${toStates}::text[]) as edge (machine, from_state, event, to_state))`);
}
