import { type SellerId, toWireId } from "../../kernel/ids.ts";
import type { CompanyFacts, PartyFacts, SellerFacts } from "../../views/placing-facts.ts";
import type { PlaceRefusal } from "./command.ts";
import type { AskedOrder } from "./asked-lines.ts";

const mostNamed = 20;

/** A company trades while it is active and nobody holds it. */
export function companyRefusal({ state, onHold }: Pick<CompanyFacts, "state" | "onHold">): PlaceRefusal | undefined {
  return trades({ state, onHold }) ? undefined : { code: "company-inactive", state, on_hold: onHold };
}

/** Names the lines whose sellers may not sell now, else those whose offers cannot be bought now. */
export function goodsRefusal(orders: readonly AskedOrder[], sellers: ReadonlyMap<SellerId, SellerFacts>): PlaceRefusal | undefined {
  const bySeller = orders.flatMap(({ sellerId, lines }) => {
    const seller = sellers.get(sellerId);
    return seller !== undefined && trades(seller) ? [] : lines.map(({ index }) => ({ ...at(index), seller: toWireId("sel", sellerId) }));
  });
  if (bySeller.length > 0) return { code: "seller-inactive", lines: bySeller.slice(0, mostNamed) };
  const byOffer = orders.flatMap(({ lines }) =>
    lines
      .filter(({ offer }) => offer.state !== "active" || offer.withdrawn)
      .map(({ index, offer }) => ({
        ...at(index),
        offer: toWireId("off", offer.offerId),
        state: offer.withdrawn ? "withdrawn" : offer.state,
      })),
  );
  return byOffer.length > 0 ? { code: "offer-inactive", lines: byOffer.slice(0, mostNamed) } : undefined;
}

function trades({ state, onHold }: Pick<PartyFacts, "state" | "onHold">): boolean {
  return state === "active" && !onHold;
}

function at(line: number) {
  return { line, pointer: `/lines/${line}/offer` };
}
