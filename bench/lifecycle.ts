import { type LifecycleResult, stages } from "./lifecycle-load.ts";
import { figuresOf, type Measured, runName } from "./measure.ts";
import { quotient } from "./statistics.ts";
import { type Bench, type Findings, linesOf, rounds, run, usualBuyers } from "./workloads.ts";

/** Of a checkout of `place`, by three sellers. */
export const ordersOfACheckout = 3;

/**
 * Orders from placing to paid, beside placing alone. All stages go on at once, and the time is from the first placing to the last order
 * delivered and paid. As many orders again, each stage waiting for the end of the one before, say what each of them takes.
 */
export async function lifecycle(bench: Bench): Promise<Findings> {
  const lines = linesOf(bench, 3);
  const begun: string[] = [];
  const whole = async (checkouts: number, oneAfterAnother: boolean): Promise<LifecycleResult> => {
    begun.push(runName());
    return bench.loader.lifecycle({
      origin: bench.server().url,
      buyers: bench.goods.buyers.slice(0, usualBuyers),
      lines,
      run: begun.at(-1) ?? "",
      checkouts,
      sellers: bench.goods.sellers.map(({ id, caller, location }) => ({ id, secret: caller.secret, location })),
      operator: bench.stage.operatorAt(bench.server()).secret,
      bank: { account: "DE02120300000000202051", day: await today(bench), opening: 0 },
      oneAfterAnother,
    });
  };
  // Buyers, lanes and the database are warm by then; what sellers and the operator ask for is not.
  await whole(Math.ceil(bench.sizes.lifecycle / 10), false);
  const placed: Measured[] = [];
  const all: LifecycleResult[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    placed.push(await run(bench, { name: "place", buyers: usualBuyers, lines }, bench.seconds / rounds));
    const done = await whole(bench.sizes.lifecycle, false);
    bench.say(`lifecycle: ${done.orders} orders in ${done.seconds.toFixed(1)} s, ${(done.orders / done.seconds).toFixed(0)}/s`);
    all.push(done);
  }
  const apart = await whole(bench.sizes.lifecycle, true);
  const ofStages = stages.map((stage) => [stage, apart.stages[stage]] as const);
  bench.say(
    `lifecycle, stage by stage: ${ofStages.map(([name, { orders, seconds }]) => `${name} ${(orders / seconds).toFixed(0)}/s`).join(", ")}`,
  );

  const sum = (of: (result: LifecycleResult) => number): number => all.reduce((total, result) => total + of(result), 0);
  const [orders, seconds] = [sum((result) => result.orders), sum((result) => result.seconds)];
  const ordersPlaced = figuresOf(placed).perSecond * ordersOfACheckout;
  return {
    lifecycle_to_place: quotient(orders / seconds, ordersPlaced),
    lifecycle_orders_per_second: quotient(orders, seconds, 1),
    lifecycle_place_orders_per_second: quotient(ordersPlaced, 1, 1),
    lifecycle_orders: orders,
    lifecycle_not_finished: await notFinished(bench, begun),
    lifecycle_repeats: sum(({ repeats }) => repeats),
    lifecycle_load_cpu_millis_per_order: quotient(
      sum(({ cpuMillis }) => cpuMillis),
      orders,
    ),
    lifecycle_orders_per_request: Object.fromEntries(
      stages.map((stage) => [
        stage,
        quotient(
          orders,
          sum((result) => result.stages[stage].requests),
          1,
        ),
      ]),
    ),
    lifecycle_apart_orders_per_second: quotient(apart.orders, apart.seconds, 1),
    ...Object.fromEntries(
      ofStages.map(([name, stage]) => [`lifecycle_${name}_alone_orders_per_second`, quotient(stage.orders, stage.seconds, 1)]),
    ),
    lifecycle_alone_orders_per_request: Object.fromEntries(
      ofStages.map(([name, stage]) => [name, quotient(stage.orders, stage.requests, 1)]),
    ),
    lifecycle_alone_p50_millis: Object.fromEntries(
      ofStages.flatMap(([name, { p50 }]) => (name === "place" ? [] : [[name, quotient(p50, 1, 1)]])),
    ),
  };
}

/** The day where the operator is: its bank books nothing of days to come. */
async function today({ stage }: Bench): Promise<string> {
  const { rows } = await stage.superuser.query<{ day: string }>("select (stoa_now() at time zone 'Europe/Berlin')::date::text as day");
  return rows[0]?.day ?? "";
}

/** How many orders of these runs are not delivered and paid whole, by what the database says. */
export async function notFinished({ stage }: Pick<Bench, "stage">, begun: readonly string[]): Promise<number> {
  const { rows } = await stage.superuser.query<{ count: string }>(
    `select count(*) as count
     from checkouts c join orders o on o.company_id = c.company_id and o.checkout_id = c.checkout_id
     where left(c.client_reference, 14) = any ($1)
       and (o.state not in ('delivered', 'completed')
         or not exists (select from invoices i where i.seller_id = o.seller_id and i.order_id = o.order_id and i.state = 'settled'))`,
    [begun],
  );
  return Number(rows[0]?.count);
}
