import { example } from "../../src/http/examples.ts";
import { randomUUID } from "node:crypto";
import { fromWireId, prefixes } from "../../src/kernel/ids.ts";
import type { ExampleMarket } from "../http/example-market.ts";
import type { HttpAnswer } from "../support/http-answer.ts";
import type { OwnMarket } from "../support/market.ts";

type Way = (objects: ExampleMarket) => Promise<HttpAnswer>;

const euro = (amount: number) => ({ amount, currency: "EUR" });
const steps = [{ from: euro(0), rate_ppm: 80_000 }];

/** A way to each refusal about commission. */
export function commissionWays(market: () => OwnMarket) {
  const plan = async (seller: string) => {
    const terms = { name: "Plan", seller, currency: "EUR", steps, valid_from: "2026-01-01" };
    return market().operator.send("POST", "/v1/operator/commission-plans", terms);
  };
  const close = (statement: string) => market().operator.send("POST", `/v1/operator/commission-statements/${statement}/close`, {});
  return {
    "commission-plan-exists": (objects) => plan(objects.ids.seller),
    "commission-plan-ended": async (objects) => {
      const path = `/v1/operator/commission-plans/${objects.real(example.commissionPlan)}/end`;
      await market().operator.post(path, { valid_until: "2099-01-01" });
      return market().operator.send("POST", path, { valid_until: "2099-02-01" });
    },
    "commission-tax-missing": async () => {
      const { owner } = market().database;
      const seller = await market().seller();
      await plan(seller.id);
      const [offer, company] = [await seller.offer({ taxCategory: "reduced" }), await market().company()];
      await owner("update tax_rates set category = 'set aside' where country = 'DE' and category = 'standard'");
      const answer = await company.send("POST", "/v1/buyer/checkouts", {
        ...{ client_reference: randomUUID(), currency: "EUR", payment_method: "on_account" },
        lines: [{ offer: offer.id, quantity: 1 }],
      });
      await owner("update tax_rates set category = 'standard' where country = 'DE' and category = 'set aside'");
      return answer;
    },
    "commission-statement-closed": async (objects) => {
      const statement = objects.real(example.commissionStatement);
      await close(statement);
      return close(statement);
    },
    "commission-statement-empty": async (objects) => {
      const statement = objects.real(example.commissionStatement);
      // As if as much was given back as was charged.
      await market().database.owner("alter table commission_statements no force row level security");
      await market().database.owner("update commission_statements set net = 0, tax = 0 where statement_id = $1", [
        fromWireId(prefixes.commissionStatement, statement),
      ]);
      await market().database.owner("alter table commission_statements force row level security");
      return close(statement);
    },
  } as const satisfies Record<string, Way>;
}
