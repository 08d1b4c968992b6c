import { fromWireId, type Prefix, toWireId } from "../../src/kernel/ids.ts";
import type { OwnMarket } from "../support/market.ts";

/** The events of a thing by their versions: to whom each was told, and how many audit entries of one request say the same. */
export async function recordedOf({ database }: OwnMarket, id: string): Promise<string[]> {
  const uuid = fromWireId(id.slice(0, 3) as Prefix, id);
  if (uuid === undefined) throw new Error(`${id} is no id`);
  const rows = await database.owner<{ type: string; version: number; told: string[]; audited: number }>(
    `select e.type, e.subject_version as version,
       (select coalesce(array_agg(a.organisation_id::text), '{}') from event_audiences a where a.event_id = e.event_id) as told,
       (select count(*)::integer from audit_entries a
        where a.subject_id = e.subject_id and a.action = e.type and a.request_id = e.request_id and a.organisation_id = e.organisation_id) as audited
     from events e where e.subject_id = $1 order by e.subject_version`,
    [uuid],
  );
  return rows.map(({ type, version, told, audited }) => {
    const whom = told.map((each) => toWireId("sel", each as never)).join(" ") || "nobody else";
    return `${type} ${version}, told ${whom}, audited ${audited}`;
  });
}
