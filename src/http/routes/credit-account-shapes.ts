import { example } from "../examples.ts";
import { closed, currencyCode, idOf, instant, listOf, money, version } from "../shapes.ts";
import Type from "typebox";

/** A credit account. `version` counts what the operator decides; `used` and `available` move with what is bought and cancelled. */
export const creditAccount = closed({
  company: idOf("company"),
  currency: currencyCode,
  limit: money,
  used: money,
  available: money,
  closed_at: Type.Union([instant, Type.Null()]),
  version,
});

/** All accounts of a company: at most one for each currency, so one page. */
export const creditAccounts = closed({ items: listOf(creditAccount, 0, 200), next_cursor: Type.Null() });

/** An account of the example's company. */
export function creditAccountExample(currency: string) {
  return {
    company: example.company,
    currency,
    limit: { amount: 100_000_000, currency },
    used: { amount: 0, currency },
    available: { amount: 100_000_000, currency },
    closed_at: null,
    version: 1,
  };
}
