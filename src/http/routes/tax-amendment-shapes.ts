import Type, { type Static } from "typebox";
import { instant as instantOf, toRfc3339 } from "../../kernel/clock.ts";
import { toWireId } from "../../kernel/ids.ts";
import { type Currency, minorUnits, money as moneyOf } from "../../kernel/money.ts";
import { toWire } from "../../kernel/wire.ts";
import { taxAmendmentCause } from "../../modules/orders/index.ts";
import type { TaxAmendmentView } from "../../views/tax-amendments.ts";
import { closed, day, idOf, instant, integer, listOf, money, oneOf, text } from "../shapes.ts";

const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

const side = {
  code: oneOf(["S", "Z", "E"]),
  rate_ppm: integer(0, 1_000_000, "Parts per million"),
  tax: money,
};

/**
 * What of an order moved to another tax, because its rate had ended when goods were supplied: its net stays, its tax follows the law. The
 * parcel is the one that was supplied.
 */
const taxAmendment = closed({
  number: integer(1, 1_000_000, "Counts the order's amendments"),
  shipment: idOf("shipment"),
  category: text(32),
  net: money,
  from: closed(side),
  to: closed({ ...side, exemption_code: orNull(text(50)), exemption_text: orNull(text(500)) }),
  supplied_on: day,
  cause: oneOf([taxAmendmentCause]),
  at: instant,
});

/** Amendments of an order's tax, old to new. */
export const taxAmendments = listOf(taxAmendment, 0, 1_000_000);

/** Amendments of a view as they are shown, to whomever. */
export function shownTaxAmendments(rows: readonly TaxAmendmentView[], currency: Currency): Static<typeof taxAmendments> {
  type Code = Static<typeof side.code>;
  const wire = (amount: string) => toWire(moneyOf(minorUnits(BigInt(amount)), currency));
  return rows.map((row) => ({
    number: row.number,
    shipment: toWireId("shp", row.shipment_id),
    category: row.tax_category,
    net: wire(row.net),
    from: { code: row.from_code as Code, rate_ppm: row.from_rate_ppm, tax: wire(row.from_tax) },
    to: {
      ...{ code: row.to_code as Code, rate_ppm: row.to_rate_ppm, tax: wire(row.to_tax) },
      ...{ exemption_code: row.exemption_code, exemption_text: row.exemption_text },
    },
    supplied_on: row.supplied_on,
    cause: row.cause as typeof taxAmendmentCause,
    at: toRfc3339(instantOf(row.at_millis)),
  }));
}
