import { example } from "../examples.ts";
import { closed, currencyCode, idOf, listOf, money, version } from "../shapes.ts";
import Type from "typebox";

/** A credit account. `version` counts the changes of its limit; `used` moves with what is bought and cancelled. */
export const creditAccount = closed({ company: idOf("company"), currency: currencyCode, limit: money, used: money, version });

/** All accounts of a company: at most one for each currency, so one page. */
export const creditAccounts = closed({ items: listOf(creditAccount, 0, 200), next_cursor: Type.Null() });

/** An account of the example's company. */
export function creditAccountExample(currency: string) {
  return {
    company: example.company,
    currency,
    limit: { amount: 100_000_000, currency },
    used: { amount: 0, currency },
    version: 1,
  };
}
