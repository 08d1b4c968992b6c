import pg from "pg";
import type { Batch } from "./batches.ts";
import { createRenewal, type Parameter, type Template, templateOf } from "./parameters.ts";
import { statementName } from "./statement-names.ts";

/** A batch as a script: the same statements, with places for what is new. */
type Script = { readonly checkouts: number; readonly statements: readonly ScriptedStatement[] };
type ScriptedStatement = { readonly text: string; readonly name: string; readonly parameters: readonly Template[] };
type FilledStatement = { readonly text: string; readonly name: string; readonly values: readonly Parameter[] };

const connections = 2;
const lockTimeout = "55P03";

/** Turns recorded batches into scripts. `known`: the ids of what stands in the database already. */
export function scriptsOf(batches: readonly Batch[], known: ReadonlySet<string>): Script[] {
  return batches.map(({ checkouts, statements }) => ({
    checkouts,
    statements: statements.map(({ text, name, parameters }) => ({
      text,
      name,
      parameters: parameters.map((parameter) => templateOf(parameter, known)),
    })),
  }));
}

function filled({ statements }: Script): FilledStatement[] {
  const renewal = createRenewal();
  return statements.map(({ text, name, parameters }) => {
    const values = parameters.map(renewal.fill);
    return { text, name, values: statementName(text) === "claim locks" ? values.map(otherLocks) : values };
  });
}

/** As many numbers to lock, rising, that nobody has locked before: a list in PostgreSQL's own form. */
function otherLocks(parameter: Parameter): Parameter {
  if (typeof parameter !== "string") return parameter;
  const wanted = crypto.getRandomValues(new BigInt64Array(parameter.split(",").length));
  return `{${wanted.sort().join(",")}}`;
}

/** What ran, and how fast. */
export type Limit = { readonly placed: number; readonly placedPerSecond: number };

/**
 * Runs the scripts from one process on two connections for some seconds. Each batch travels whole, in one flight, because nothing has to
 * be judged: what the database can do with these statements when nobody is in its way.
 */
export async function runLimit(url: string, scripts: readonly Script[], seconds: number): Promise<Limit> {
  const clients = Array.from(
    { length: connections },
    () => new pg.Client({ connectionString: url, application_name: "stoa bench limit", pipeline: true }),
  );
  await Promise.all(clients.map((client) => client.connect()));
  try {
    const began = performance.now();
    const until = began + seconds * 1_000;
    let taken = 0;
    let placed = 0;
    const next = () => {
      const script = scripts[taken++ % scripts.length];
      if (script === undefined) throw new Error("there is no script");
      return { checkouts: script.checkouts, statements: filled(script) };
    };
    await Promise.all(
      clients.map(async (client) => {
        let batch = next();
        while (performance.now() < until) {
          const running = Promise.allSettled(
            batch.statements.map(({ text, name, values }) => client.query({ text, name, values: [...values] })),
          );
          const { checkouts } = batch;
          // Made while the database works, so that it does not wait for it.
          batch = next();
          if (hasCommitted(await running)) placed += checkouts;
        }
      }),
    );
    return { placed, placedPerSecond: placed / ((performance.now() - began) / 1_000) };
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

/** False for a batch that waited too long for a row of the other one: the server would do it again. @throws any other error */
function hasCommitted(answers: readonly PromiseSettledResult<unknown>[]): boolean {
  const [failed] = answers.filter((answer) => answer.status === "rejected");
  if (failed === undefined) return true;
  const { reason } = failed;
  if (reason instanceof pg.DatabaseError && reason.code === lockTimeout) return false;
  throw reason;
}

/** The ids of all that was furnished: sellers, companies, keys, offers and what hangs on them. */
export async function knownIds(superuser: pg.Client): Promise<Set<string>> {
  const { rows } = await superuser.query<{ id: string }>(
    `select organisation_id::text as id from organisations
     union all select key_id::text from api_keys
     union all select person_id::text from persons
     union all select product_id::text from products
     union all select variant_id::text from variants
     union all select offer_id::text from offers
     union all select location_id::text from locations`,
  );
  return new Set(rows.map(({ id }) => id));
}
