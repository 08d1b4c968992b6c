import type pg from "pg";

/** How many statements a request needs for one row and for a full page. */
export type Counted = { readonly one: number; readonly many: number };

const fullPage = 200;

/**
 * Counts what the database was asked by each request, one after the other: the statements of the roles that requests run under, not those
 * of the background. The first time each is sent it is not counted, so that a key that is looked up once a second does not count either.
 */
export async function countStatements(
  superuser: pg.Client,
  requests: ReadonlyMap<string, (limit: number) => Promise<unknown>>,
): Promise<ReadonlyMap<string, Counted>> {
  const counted = new Map<string, Counted>();
  for (const [name, send] of requests) {
    const of = async (limit: number) => {
      await send(limit);
      const before = await calls(superuser);
      await send(limit);
      return (await calls(superuser)) - before;
    };
    counted.set(name, { one: await of(1), many: await of(fullPage) });
  }
  return counted;
}

const rolesOfRequests = ["stoa_application", "stoa_operator", "stoa_public"];

async function calls(superuser: pg.Client): Promise<number> {
  const { rows } = await superuser.query<{ calls: string }>(
    `select coalesce(sum(calls), 0)::text as calls
     from pg_stat_statements
     where dbid = (select oid from pg_database where datname = current_database()) and userid::regrole::text = any ($1)`,
    [rolesOfRequests],
  );
  return Number(rows[0]?.calls);
}
