import { assert } from "../../kernel/assert.ts";
import { toRfc3339 } from "../../kernel/clock.ts";
import { type FreightPlanId, type PriceListId, toWireId } from "../../kernel/ids.ts";
import { money } from "../../kernel/money.ts";
import { toWire } from "../../kernel/wire.ts";
import type { NewOrder } from "../../modules/orders/index.ts";
import type { FreightPlan, TaxGroup } from "../../modules/pricing/index.ts";
import type { CompanyFacts, PartyFacts } from "../../views/placing-facts.ts";
import type { PlaceCommand } from "./command.ts";
import type { PricedLine } from "./asked-lines.ts";

/**
 * What was agreed, as text that is hashed when written and never changed. Everything shown or booked later comes from here and never
 * from the live product, offer, price or tax. Members stand in a fixed order, so equal facts give equal bytes.
 */
export type CheckoutSnapshot = {
  readonly company: PartySnapshot;
  readonly delivery_address: AddressSnapshot;
};

export type AddressSnapshot = {
  readonly name?: string;
  readonly street: string;
  readonly city: string;
  readonly postal_code: string;
  readonly country: string;
};

export type PartySnapshot = {
  readonly id: string;
  readonly name: string;
  readonly tax_number: string | null;
  readonly address: AddressSnapshot;
};

/** One line of an order's snapshot. Amounts are minor units of the order's currency. */
export type LineSnapshot = {
  readonly line_number: number;
  readonly offer: string;
  readonly reference: string;
  readonly sku: string;
  readonly title: string;
  readonly unit: string;
  readonly attributes: { readonly [name: string]: string };
  readonly quantity: number;
  readonly unit_price: number;
  /** What the offer asked for at this quantity, and where the unit price is from: `offer`, or the id of a price list. */
  readonly list_price: number;
  readonly price_from: string;
  readonly price_per: number;
  readonly gross: number;
  readonly discount: number;
  readonly net: number;
  readonly tax: { readonly category: string; readonly code: string; readonly rate_ppm: number };
  readonly promised_on: string;
};

/** The tax of a group, and what it rests on: why there is none, and the two tax numbers. */
export type TaxGroupSnapshot = {
  readonly category: string;
  readonly code: string;
  readonly rate_ppm: number;
  readonly net: number;
  readonly tax: number;
  readonly exemption_code: string | null;
  readonly exemption_text: string | null;
  readonly seller_tax_number: string | null;
  readonly company_tax_number: string | null;
};

/** What is asked for the delivery: net of tax, by which plan, and in which tax groups. */
export type FreightSnapshot = {
  readonly net: number;
  readonly kind: string;
  readonly plan: string | null;
  readonly parts: readonly { readonly category: string; readonly code: string; readonly rate_ppm: number; readonly net: number }[];
};

export type OrderSnapshot = {
  readonly seller: PartySnapshot;
  readonly company: PartySnapshot;
  readonly client_reference: string;
  readonly payment_method: string;
  /** Days from an invoice's date until it is due. */
  readonly payment_days: number;
  readonly delivery_address: AddressSnapshot;
  readonly requested_on: string | null;
  readonly promised_on: string;
  readonly placed_at: string;
  readonly dispatch_country: string;
  readonly currency: string;
  readonly rounding: "half_up_per_tax_group";
  readonly lines: readonly LineSnapshot[];
  readonly freight: FreightSnapshot;
  readonly tax_groups: readonly TaxGroupSnapshot[];
  readonly net: number;
  readonly tax: number;
  readonly total: number;
};

/** The company's side of a checkout as it stands now. */
export function checkoutSnapshot(command: PlaceCommand, company: PartyFacts, delivery: AddressSnapshot): string {
  const snapshot: CheckoutSnapshot = {
    company: party(toWireId("cmp", command.companyId), company),
    delivery_address: address(delivery),
  };
  return JSON.stringify(snapshot);
}

/** What an order's snapshot is made from, beside its numbers; `lines` and `groups` in the order of the order's own. */
export type Agreed = {
  readonly command: PlaceCommand;
  readonly seller: PartyFacts;
  readonly company: CompanyFacts;
  readonly delivery: AddressSnapshot;
  readonly lines: readonly PricedLine[];
  readonly groups: readonly TaxGroup[];
  readonly freightPlan: FreightPlan | null;
};

/** One order as it was agreed. */
export function orderSnapshot(order: Omit<NewOrder, "snapshot" | "commission">, agreed: Agreed): string {
  const { command, seller, company, delivery, lines, groups, freightPlan } = agreed;
  const minor = (amount: bigint) => toWire(money(amount, order.currency)).amount;
  const snapshot: OrderSnapshot = {
    seller: party(toWireId("sel", order.sellerId), seller),
    company: party(toWireId("cmp", order.companyId), company),
    client_reference: command.clientReference,
    payment_method: command.paymentMethod,
    payment_days: company.paymentDays,
    delivery_address: address(delivery),
    requested_on: order.requestedOn,
    promised_on: order.promisedOn,
    placed_at: toRfc3339(order.placedAt),
    dispatch_country: order.dispatchCountry,
    currency: order.currency,
    rounding: "half_up_per_tax_group",
    lines: order.lines.map((line, index) => lineSnapshot(line, lines[index], minor)),
    freight: {
      net: minor(order.freight),
      kind: order.freightKind,
      plan: freightPlan === null ? null : toWireId("frp", freightPlan.planId as FreightPlanId),
      parts: order.freightParts.map(({ taxCategory, taxCode, taxRatePpm, net }) => ({
        ...{ category: taxCategory, code: taxCode, rate_ppm: taxRatePpm },
        net: minor(net),
      })),
    },
    tax_groups: groups.map((group) => ({
      category: group.category,
      code: group.code,
      rate_ppm: group.ratePpm,
      net: minor(group.net),
      tax: minor(group.tax),
      exemption_code: group.exemptionCode,
      exemption_text: group.exemptionText,
      seller_tax_number: group.sellerTaxNumber,
      company_tax_number: group.companyTaxNumber,
    })),
    net: minor(order.net),
    tax: minor(order.tax),
    total: minor(order.total),
  };
  return JSON.stringify(snapshot);
}

function lineSnapshot(line: NewOrder["lines"][number], priced: PricedLine | undefined, minor: (amount: bigint) => number): LineSnapshot {
  assert(priced !== undefined && priced.offer.offerId === line.offerId, "a line's words are its offer's");
  const { offer, price } = priced;
  return {
    line_number: line.lineNumber,
    offer: toWireId("off", line.offerId),
    reference: offer.reference,
    sku: offer.sku,
    title: offer.title,
    unit: offer.unit,
    attributes: offer.attributes,
    quantity: line.quantity,
    unit_price: minor(line.unitPrice),
    list_price: minor(line.listPrice),
    price_from: price.priceFrom === "offer" ? "offer" : toWireId("prl", price.priceFrom as PriceListId),
    price_per: line.pricePer,
    gross: minor(line.gross),
    discount: minor(line.discount),
    net: minor(line.net),
    tax: { category: line.taxCategory, code: line.taxCode, rate_ppm: line.taxRatePpm },
    promised_on: line.promisedOn,
  };
}

function party(id: string, facts: PartyFacts): PartySnapshot {
  return { id, name: facts.name, tax_number: facts.taxNumber, address: address(facts.address) };
}

function address({ name, street, city, postal_code, country }: AddressSnapshot): AddressSnapshot {
  return { ...(name === undefined ? {} : { name }), street, city, postal_code, country };
}
