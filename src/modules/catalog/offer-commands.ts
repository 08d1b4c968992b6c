import type { Actor } from "../../kernel/actor.ts";
import { assert } from "../../kernel/assert.ts";
import type { OfferId, SellerId, VariantId } from "../../kernel/ids.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { step } from "../../platform/lifecycle/index.ts";
import { appendEvents, type NewEvent, newEvent } from "../../platform/outbox/index.ts";
import { faultOfChange, judgeRows, sameTerms, toldOffer } from "./offer.ts";
import type { Offer, OfferRow, OfferRowFault, OfferTerms } from "./offer.ts";
import { offerMachine } from "./offer-machine.ts";
import { insertOffers, lockOffers, updateOffers } from "./offer-store.ts";
import { findVariants } from "./product-store.ts";

/** What became of each row, in the order of the rows. */
export type UpsertedRow = { readonly ok: true; readonly offer: Offer } | ({ readonly ok: false } & OfferRowFault);

/**
 * Creates and changes a seller's offers by their references: the rows that can be applied are, the others say why not. A row that says
 * what is already so changes nothing and keeps the version. The number of statements does not depend on the number of rows. An offer's
 * currency and variant may change: what was placed is a snapshot.
 */
export async function upsertOffers(tx: Transaction, actor: Actor, rows: readonly OfferRow[]): Promise<UpsertedRow[]> {
  const sellerId = actor.principal.organisationId as SellerId;
  const judged = judgeRows(rows, await knownVariants(tx, rows));
  const applicable = judged.flatMap((row) => (row.ok ? [row] : []));
  const standing = await lockOffers(
    tx,
    sellerId,
    applicable.map(({ terms }) => terms.reference),
  );
  const known = new Map(standing.map((offer) => [offer.reference, offer]));
  const fresh = applicable
    .filter(({ terms }) => !known.has(terms.reference))
    .map(({ terms, draft }) => newOffer(sellerId, actor, terms, draft ? "draft" : "publish"));
  const inserted = fresh.length === 0 ? new Set<OfferId>() : await insertOffers(tx, fresh);
  const created = fresh.filter(({ offerId }) => inserted.has(offerId));
  // Somebody else has created these in the meantime and has committed: what they are now is judged again instead of refused.
  const lost = fresh.filter(({ offerId }) => !inserted.has(offerId)).map(({ reference }) => reference);
  const found = lost.length === 0 ? [] : await lockOffers(tx, sellerId, lost);
  for (const offer of [...created, ...found]) known.set(offer.reference, offer);

  const isCreated = new Set(created.map(({ offerId }) => offerId));
  const changed: Offer[] = [];
  const results = judged.map((row): UpsertedRow => {
    if (!row.ok) return row;
    const now = known.get(row.terms.reference);
    assert(now !== undefined, "a reference that was not free has its offer");
    if (isCreated.has(now.offerId)) return { ok: true, offer: now };
    const fault = faultOfChange(now, row.draft);
    if (fault !== undefined) return { ok: false, ...fault };
    if (sameTerms(now, row.terms)) return { ok: true, offer: now };
    const offer = { ...now, ...row.terms, version: now.version + 1, changedAt: actor.now };
    changed.push(offer);
    return { ok: true, offer };
  });
  if (changed.length > 0) await updateOffers(tx, changed);
  await appendEvents(tx, [
    ...created.map((offer) => offerEvent(actor, "offer.created", offer)),
    ...changed.map((offer) => offerEvent(actor, "offer.changed", offer)),
  ]);
  return results;
}

async function knownVariants(tx: Transaction, rows: readonly OfferRow[]) {
  const skus = rows.flatMap(({ sku }) => (sku === undefined ? [] : [sku]));
  const variantIds = rows.flatMap(({ variantId }) => (variantId === undefined ? [] : [variantId]));
  const variants = await findVariants(tx, { skus, variantIds });
  return {
    bySku: new Map<string, VariantId>(variants.map(({ sku, variantId }) => [sku, variantId])),
    byId: new Map<VariantId, string>(variants.map(({ sku, variantId }) => [variantId, sku])),
  };
}

function newOffer(sellerId: SellerId, { now, newId }: Actor, terms: OfferTerms, event: "draft" | "publish"): Offer {
  return { ...terms, sellerId, offerId: newId<OfferId>(now), state: step(offerMachine, "", event), version: 1, changedAt: now };
}

/** The event of a change of an offer, told to its seller. */
export function offerEvent(actor: Actor, type: string, offer: Offer): NewEvent {
  const { sellerId, offerId: subjectId, version: subjectVersion } = offer;
  const subject = { organisationId: sellerId, subjectId, subjectType: "offer", subjectVersion } as const;
  return newEvent(actor, { ...subject, type, data: toldOffer(offer) }, [sellerId]);
}
