import { createCaller } from "../tests/support/caller.ts";
import { inParallel } from "./in-parallel.ts";
import { checkoutLines, createRandom } from "./lines.ts";
import { quotient } from "./statistics.ts";
import type { Bench, Findings } from "./workloads.ts";

const lookEveryMillis = 20;
const longestSeconds = 600;

/**
 * Orders that no seller has accepted come due all at once, as they do at midnight: how fast they are cancelled, and by how many statements
 * and commits each.
 */
export async function deadlines(bench: Bench): Promise<Findings> {
  const { stage, goods, say, sizes } = bench;
  const lines = checkoutLines({ offers: goods.offers, sellers: 1, random: createRandom(7) });
  const callers = goods.buyers.map((secret) => createCaller(() => bench.server().url, secret));
  await inParallel(sizes.deadlines, async (index) => {
    const chosen = JSON.parse(lines[index % lines.length] ?? "[]") as unknown;
    const body = { client_reference: `due-${index}`, currency: "EUR", payment_method: "on_account", lines: chosen };
    await callers[index % callers.length]?.post("/v1/buyer/checkouts", body);
  });
  // The newest: ids rise with time.
  const due = `select d.subject_id from deadlines d where d.kind = 'order_acceptance' order by d.subject_id desc limit ${sizes.deadlines}`;
  const { rows } = await stage.superuser.query<{ subject_id: string }>(due);
  const orders = rows.map(({ subject_id }) => subject_id);
  await stage.superuser.query("vacuum analyze deadlines");

  const before = await workOfFlows(bench);
  const began = performance.now();
  await stage.superuser.query("update deadlines set due_at = stoa_now() where kind = 'order_acceptance' and subject_id = any ($1)", [
    orders,
  ]);
  for (let left = orders.length; left > 0; ) {
    if (performance.now() - began > longestSeconds * 1_000) throw new Error(`${left} deadlines are left after ${longestSeconds} s`);
    await new Promise((resolve) => setTimeout(resolve, lookEveryMillis));
    const { rows: found } = await stage.superuser.query<{ left: string }>(
      "select count(*) as left from deadlines where kind = 'order_acceptance' and subject_id = any ($1)",
      [orders],
    );
    left = Number(found[0]?.left);
  }
  const seconds = (performance.now() - began) / 1_000;
  const after = await workOfFlows(bench);
  const { rows: ended } = await stage.superuser.query<{ state: string; count: string }>(
    "select state, count(*) as count from orders where order_id = any ($1) group by state",
    [orders],
  );
  const perSecond = quotient(orders.length, seconds, 1);
  say(`deadlines: ${orders.length} orders at ${perSecond}/s: ${JSON.stringify(ended)}`);
  return {
    deadlines_due_at_once: orders.length,
    deadlines_per_second: perSecond,
    deadlines_not_cancelled: ended.reduce((sum, { state, count }) => sum + (state === "cancelled" ? 0 : Number(count)), 0),
    statements_per_deadline: quotient(after.statements - before.statements, orders.length, 2),
    commits_per_deadline: quotient(after.commits - before.commits, orders.length, 3),
  };
}

/** What was sent as `stoa_flow`: what acts on deadlines does, and little else while nobody asks for anything. */
async function workOfFlows({ stage }: Bench): Promise<{ readonly statements: number; readonly commits: number }> {
  const { rows } = await stage.superuser.query<{ statements: string; commits: string }>(
    `select coalesce(sum(calls), 0) as statements, coalesce(sum(calls) filter (where lower(query) = 'commit'), 0) as commits
     from pg_stat_statements
     where dbid = (select oid from pg_database where datname = current_database()) and userid::regrole::text = 'stoa_flow'`,
  );
  return { statements: Number(rows[0]?.statements), commits: Number(rows[0]?.commits) };
}
