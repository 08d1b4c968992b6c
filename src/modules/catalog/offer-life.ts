import type { Actor } from "../../kernel/actor.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { OfferId, SellerId } from "../../kernel/ids.ts";
import { eventsFrom, next } from "../../kernel/lifecycle.ts";
import { Refused } from "../../kernel/refusal.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { step } from "../../platform/lifecycle/index.ts";
import { appendEvents } from "../../platform/outbox/index.ts";
import type { NotFound, OffersStateConflict, UnknownReference } from "./catalog-refusals.ts";
import { offerEvent } from "./offer-commands.ts";
import type { Offer, OfferCommand } from "./offer.ts";
import { offerMachine } from "./offer-machine.ts";
import { lockOffersById, updateOffers } from "./offer-store.ts";

const typeOf: Readonly<Record<OfferCommand, string>> = {
  activate: "offer.activated",
  pause: "offer.paused",
  resume: "offer.resumed",
  archive: "offer.archived",
};

/**
 * Takes an offer one step on.
 *
 * @throws Refused not-found; what `judge` throws when it is called with the locked version; state-conflict
 */
export async function moveOffer(
  tx: Transaction,
  actor: Actor,
  asked: { readonly offerId: OfferId; readonly command: OfferCommand; readonly judge: (version: number) => void },
): Promise<Offer> {
  const [before] = await lockOffersById(tx, actor.principal.organisationId as SellerId, [asked.offerId]);
  if (before === undefined) throw new Refused<NotFound>({ code: "not-found" });
  asked.judge(before.version);
  const after = { ...before, state: step(offerMachine, before.state, asked.command), version: before.version + 1, changedAt: actor.now };
  await updateOffers(tx, [after]);
  await appendEvents(tx, [offerEvent(actor, typeOf[asked.command], after)]);
  return after;
}

/**
 * Takes many offers the same step on, all or none. The number of statements does not depend on the number of offers.
 *
 * @param asked.offerIds each once
 * @throws Refused unknown-reference, offers-state-conflict, with the place of each
 */
export async function moveOffers(
  tx: Transaction,
  actor: Actor,
  { offerIds, command }: { readonly offerIds: readonly OfferId[]; readonly command: OfferCommand },
): Promise<readonly Offer[]> {
  const locked = await lockOffersById(tx, actor.principal.organisationId as SellerId, offerIds);
  const found = new Map(locked.map((offer) => [offer.offerId, offer]));
  const unknown = offerIds.flatMap((offerId, index) => (found.has(offerId) ? [] : [index]));
  if (unknown.length > 0) {
    const errors = unknown.map((index) => ({ pointer: `/offers/${index}`, detail: "no offer has this id" }));
    throw new Refused<UnknownReference>({ code: "unknown-reference", errors });
  }
  const judged = offerIds.flatMap((offerId, index) => {
    const offer = found.get(offerId);
    return offer === undefined ? [] : [{ index, offer, taken: next(offerMachine, offer.state, command) }];
  });
  refuseConflicts(judged.flatMap(({ index, offer, taken }) => (taken.allowed ? [] : [{ index, offer }])));
  const moved = judged.flatMap(({ offer, taken }) =>
    taken.allowed ? [{ ...offer, state: taken.to, version: offer.version + 1, changedAt: actor.now }] : [],
  );
  await updateOffers(tx, moved);
  await appendEvents(
    tx,
    moved.map((offer) => offerEvent(actor, typeOf[command], offer)),
  );
  return moved;
}

function refuseConflicts(conflicts: readonly { readonly index: number; readonly offer: Offer }[]): void {
  if (conflicts.length === 0) return;
  throw new Refused<OffersStateConflict>({
    code: "offers-state-conflict",
    offers: conflicts.map(({ offer: { offerId, state } }) => ({
      offer: toWireId(prefixes.offer, offerId),
      state,
      allowed: eventsFrom(offerMachine, state, "seller"),
    })),
    errors: conflicts.map(({ index, offer }) => ({ pointer: `/offers/${index}`, detail: `the offer is ${offer.state}` })),
  });
}
