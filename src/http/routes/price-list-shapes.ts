import Type, { type Static } from "typebox";
import { isCalendarDay } from "../../kernel/working-days.ts";
import { example } from "../examples.ts";
import { refuse } from "../refuse.ts";
import { closed, currencyCode, day, idOf, integer, listOf, money, name, quantity, version } from "../shapes.ts";

/** How many tiers a price has at most. */
export const mostTiers = 20;

/** What a list of prices is shown as to its seller. */
export const priceList = closed({
  id: idOf("priceList"),
  name: name(100),
  currency: currencyCode,
  valid_from: day,
  valid_until: Type.Union([day, Type.Null()]),
  version,
});

/** A price of a list: net, per the offer's `price_per` units. */
export const listedPrice = closed({
  offer: idOf("offer"),
  unit_price: money,
  tiers: listOf(closed({ from_quantity: quantity, unit_price: money }), 0, mostTiers),
});

/** A query for lists that hold on a day. */
export const holdsOn = closed({ holds_on: Type.Optional(day) });

/**
 * The day of a query for lists that hold on it, null for none.
 *
 * @throws Refused request-invalid for one that no calendar has
 */
export function dayAsked({ holds_on: asked }: Static<typeof holdsOn>): string | null {
  if (asked === undefined || isCalendarDay(asked)) return asked ?? null;
  throw refuse("request-invalid", { errors: [{ pointer: "/holds_on", detail: "is a day that no calendar has" }] });
}

/** A price as a row gives it; a currency that is not the list's is told of its row, so that it does not stop the others. */
export const rowPrice = closed({
  amount: integer(0, Number.MAX_SAFE_INTEGER, "Net, in the currency's minor unit"),
  currency: Type.String({ maxLength: 3, minLength: 3, description: "ISO 4217" }),
});

export const priceListSample: Static<typeof priceList> = {
  ...{ id: example.priceList, name: "Shipyards 2099", currency: "EUR" },
  ...{ valid_from: "2099-01-01", valid_until: null, version: 1 },
};
export const listedPriceSample: Static<typeof listedPrice> = {
  offer: example.offer,
  unit_price: { amount: 9_000, currency: "EUR" },
  tiers: [{ from_quantity: 100, unit_price: { amount: 8_500, currency: "EUR" } }],
};
