import { assert } from "../../kernel/assert.ts";
import { toRfc3339 } from "../../kernel/clock.ts";
import { toWireId } from "../../kernel/ids.ts";
import { money } from "../../kernel/money.ts";
import { toWire } from "../../kernel/wire.ts";
import type { NewOrder } from "../../modules/orders/index.ts";
import type { OfferFacts, PartyFacts } from "../../views/placing-facts.ts";
import type { PlaceCommand } from "./command.ts";

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
  readonly price_per: number;
  readonly gross: number;
  readonly discount: number;
  readonly net: number;
  readonly tax: { readonly category: string; readonly code: string; readonly rate_ppm: number };
};

export type OrderSnapshot = {
  readonly seller: PartySnapshot;
  readonly company: PartySnapshot;
  readonly client_reference: string;
  readonly payment_method: string;
  readonly placed_at: string;
  readonly dispatch_country: string;
  readonly currency: string;
  readonly rounding: "half_up_per_tax_group";
  readonly lines: readonly LineSnapshot[];
  readonly tax_groups: readonly {
    readonly category: string;
    readonly code: string;
    readonly rate_ppm: number;
    readonly net: number;
    readonly tax: number;
  }[];
  readonly net: number;
  readonly tax: number;
  readonly total: number;
};

/** The company's side of a checkout as it stands now. */
export function checkoutSnapshot(command: PlaceCommand, company: PartyFacts): string {
  const snapshot: CheckoutSnapshot = {
    company: party(toWireId("cmp", command.companyId), company),
    delivery_address: address(command.deliveryAddress ?? company.address),
  };
  return JSON.stringify(snapshot);
}

/** One order as it was agreed. `words` are the offers of its lines, in the lines' order. */
export function orderSnapshot(
  order: Omit<NewOrder, "snapshot">,
  { command, seller, company, words }: { command: PlaceCommand; seller: PartyFacts; company: PartyFacts; words: readonly OfferFacts[] },
): string {
  const minor = (amount: bigint) => toWire(money(amount, order.currency)).amount;
  const snapshot: OrderSnapshot = {
    seller: party(toWireId("sel", order.sellerId), seller),
    company: party(toWireId("cmp", order.companyId), company),
    client_reference: command.clientReference,
    payment_method: command.paymentMethod,
    placed_at: toRfc3339(order.placedAt),
    dispatch_country: order.dispatchCountry,
    currency: order.currency,
    rounding: "half_up_per_tax_group",
    lines: order.lines.map((line, index) => {
      const offer = words[index];
      assert(offer !== undefined && offer.offerId === line.offerId, "a line's words are its offer's");
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
        price_per: line.pricePer,
        gross: minor(line.gross),
        discount: minor(line.discount),
        net: minor(line.net),
        tax: { category: line.taxCategory, code: line.taxCode, rate_ppm: line.taxRatePpm },
      };
    }),
    tax_groups: order.taxGroups.map((group) => ({
      category: group.taxCategory,
      code: group.taxCode,
      rate_ppm: group.taxRatePpm,
      net: minor(group.net),
      tax: minor(group.tax),
    })),
    net: minor(order.net),
    tax: minor(order.tax),
    total: minor(order.total),
  };
  return JSON.stringify(snapshot);
}

function party(id: string, facts: PartyFacts): PartySnapshot {
  return { id, name: facts.name, tax_number: facts.taxNumber, address: address(facts.address) };
}

function address({ name, street, city, postal_code, country }: AddressSnapshot): AddressSnapshot {
  return { ...(name === undefined ? {} : { name }), street, city, postal_code, country };
}
