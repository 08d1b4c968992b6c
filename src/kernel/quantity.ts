import { assert } from "./assert.ts";

declare const quantityBrand: unique symbol;

/** A positive whole number of the offer's unit. */
export type Quantity = number & { readonly [quantityBrand]: true };

/** Two quantities of this size still add up exactly in a number, and one fits a PostgreSQL `integer`. */
export const maximumQuantity = 2_000_000_000;

/** For what was checked before. @throws AssertionFailed unless it is an integer of 1 to 2,000,000,000 */
export function quantity(units: number): Quantity {
  assert(isQuantity(units), `not a quantity: ${units}`);
  return units;
}

/** For what comes from outside: undefined unless it is an integer of 1 to 2,000,000,000. */
export function parseQuantity(units: number): Quantity | undefined {
  return isQuantity(units) ? units : undefined;
}

function isQuantity(units: number): units is Quantity {
  return Number.isSafeInteger(units) && units >= 1 && units <= maximumQuantity;
}

/** @throws AssertionFailed when the sum is beyond 2,000,000,000 */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  return quantity(a + b);
}
