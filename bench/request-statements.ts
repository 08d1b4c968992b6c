import type pg from "pg";

/**
 * A request for one row and for many, each gives how many rows came; `rows` are expected of the second. What always comes whole cannot be
 * asked for one row: it is counted before there are many and afterwards.
 */
export type CountedRequest = { readonly one?: () => Promise<number>; readonly many: () => Promise<number>; readonly rows: number };

/** How many statements a request needs for one row and for many, and how many rows came the second time. */
export type Counted = { readonly one: number; readonly many: number; readonly rows: number };

/**
 * Counts what the database was asked by each request, one after the other: the statements of the roles that requests run under, not those
 * of the background. The first time each is sent it is not counted, so that a key that is looked up once a second does not count either.
 *
 * @throws Error when the database has forgotten statements, so that what it counted is not all
 */
export async function countStatements(
  superuser: pg.Client,
  requests: ReadonlyMap<string, CountedRequest>,
): Promise<ReadonlyMap<string, Counted>> {
  const counted = new Map<string, Counted>();
  for (const [name, request] of requests) {
    const of = async (send: () => Promise<number>) => {
      await send();
      const before = await calls(superuser);
      const rows = await send();
      return { statements: (await calls(superuser)) - before, rows };
    };
    const many = await of(request.many);
    const one = request.one === undefined ? undefined : await of(request.one);
    if (one !== undefined && one.rows !== 1) throw new Error(`${name} gave ${one.rows} rows for one`);
    counted.set(name, { one: one?.statements ?? many.statements, many: many.statements, rows: many.rows });
  }
  return counted;
}

const rolesOfRequests = ["stoa_application", "stoa_operator", "stoa_public"];

async function calls(superuser: pg.Client): Promise<number> {
  const { rows } = await superuser.query<{ calls: string; forgotten: string }>(
    `select coalesce(sum(calls), 0)::text as calls, (select dealloc from pg_stat_statements_info)::text as forgotten
     from pg_stat_statements
     where dbid = (select oid from pg_database where datname = current_database()) and userid::regrole::text = any ($1)`,
    [rolesOfRequests],
  );
  const [found] = rows;
  if (found?.forgotten !== "0") throw new Error("the database has forgotten statements it had counted: pg_stat_statements.max is too low");
  return Number(found.calls);
}
