import { sql } from "../../platform/db/index.ts";
import type { FoundRow, Invariant } from "./invariant.ts";

/** What companies owe. */
export const creditInvariants: readonly Invariant[] = [
  {
    number: "M7",
    sentence:
      "The used credit of a company is what its orders on account come to, with amendments, that is neither cancelled nor invoiced, what is open of their invoices, and what is written off of these.",
    find: (reader) =>
      reader.query(sql<FoundRow>`
        with ordered as (
          select company_id, c.currency, sum(o.total + o.amended - o.cancelled) as amount
          from checkouts c
            join orders o using (company_id, checkout_id)
          where c.payment_method = 'on_account'
          group by company_id, c.currency
        ), invoiced as (
          select company_id, currency, sum(total) as total, sum(total - settled + written_off) as owed
          from invoices
          where payment_method = 'on_account'
          group by company_id, currency
        ), compared as (
          select company_id, currency, coalesce(account.used, 0) as used, coalesce(ordered.amount, 0) - coalesce(invoiced.total, 0) as waiting,
            coalesce(invoiced.owed, 0) as owed
          from credit_accounts account
            full join ordered using (company_id, currency)
            full join invoiced using (company_id, currency)
        )
        select array['company'] as kinds, array[company_id] as ids,
          coalesce(format('%s minor units of %s used; orders on account have %s that is not invoiced, their invoices %s', used, currency, waiting, owed),
            '') as detail,
          (count(*) over ())::integer as found
        from compared
        where used <> waiting + owed
        order by ids, detail
        limit 1000`),
  },
];
