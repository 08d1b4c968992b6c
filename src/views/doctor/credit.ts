import { sql } from "../../platform/db/index.ts";
import type { FoundRow, Invariant } from "./invariant.ts";

/** What companies owe. */
export const creditInvariants: readonly Invariant[] = [
  {
    number: "M7",
    sentence:
      "The used credit of a company is the sum of its orders on account, with what amendments changed of them and less what is cancelled.",
    find: (reader) =>
      reader.query(sql<FoundRow>`
        with owed as (
          select company_id, c.currency, sum(o.total + o.amended - o.cancelled) as amount
          from checkouts c
            join orders o using (company_id, checkout_id)
          where c.payment_method = 'on_account'
          group by company_id, c.currency
        ), compared as (
          select company_id, currency, coalesce(account.used, 0) as used, coalesce(owed.amount, 0) as amount
          from credit_accounts account
            full join owed using (company_id, currency)
        )
        select array['company'] as kinds, array[company_id] as ids,
          coalesce(format('%s minor units of %s used, orders on account sum to %s', used, currency, amount), '') as detail,
          (count(*) over ())::integer as found
        from compared
        where used <> amount
        order by ids, detail
        limit 1000`),
  },
];
