import Type from "typebox";
import { type Instant, toRfc3339 } from "../../../kernel/clock.ts";
import { moveOffer, moveOffers, type OfferCommand, offerCommands, type OfferState, shownOffer } from "../../../modules/catalog/index.ts";
import { effectiveBy } from "../../../modules/identity/index.ts";
import { checkVersion, idInBody, idInPath } from "../../call.ts";
import { example } from "../../examples.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, idOf, instant, listOf, oneOf, version } from "../../shapes.ts";
import { offer, offerSample, offerStates } from "../offer-shapes.ts";

const mostOffers = 1_000;

// A checkout that is being placed now may have read the offer before.
const effective = (at: Instant) => ({ effective_by: toRfc3339(effectiveBy(at)) });

const onMany = closed({
  command: oneOf(offerCommands),
  offers: Type.Array(idOf("offer"), { minItems: 1, maxItems: mostOffers, uniqueItems: true }),
});
const movedOffer = closed({ id: idOf("offer"), state: oneOf(offerStates), version });

type Told = { readonly summary: string; readonly offer: string; readonly to: OfferState; readonly next: readonly OfferCommand[] };

function life(command: OfferCommand, told: Told): Operation {
  return operation({
    kind: "write",
    method: "POST",
    status: 200,
    scope: "organisation",
    locks: ["offer"],
    id: `seller.offers.${command}`,
    path: `/offers/{id}/${command}`,
    summary: told.summary,
    params: closed({ id: idOf("offer") }),
    body: closed({}),
    response: closed({ ...offer.properties, effective_by: instant }),
    refusals: ["not-found", "version-stale", "state-conflict"],
    example: {
      params: { id: told.offer },
      response: {
        ...{ ...offerSample, id: told.offer, state: told.to, version: 2, allowed_actions: [...told.next] },
        effective_by: example.time,
      },
    },
    async work(tx, call) {
      const judge = (current: number) => checkVersion(call, current);
      const moved = await moveOffer(tx, call, { offerId: idInPath("offer", call.params.id), command, judge });
      return { body: { ...shownOffer(moved), ...effective(moved.changedAt) }, version: moved.version };
    },
  });
}

export const sellerOfferLifeOperations: readonly Operation[] = [
  life("activate", {
    ...{ summary: "Put a draft up for sale", offer: example.draftOffer },
    ...{ to: "active", next: ["pause", "archive"] },
  }),
  life("pause", { summary: "Take an offer from sale for a while", offer: example.offer, to: "paused", next: ["resume", "archive"] }),
  life("resume", { summary: "Put a paused offer up for sale again", offer: example.pausedOffer, to: "active", next: ["pause", "archive"] }),
  life("archive", { summary: "End an offer for ever; its reference stays taken", offer: example.offer, to: "archived", next: [] }),
  operation({
    kind: "write",
    method: "POST",
    status: 200,
    scope: "organisation",
    bulk: true,
    locks: ["offer"],
    id: "seller.offers.move",
    path: "/offers/bulk/state",
    summary: "Take many offers the same step on, all or none",
    body: onMany,
    response: closed({ offers: listOf(movedOffer, 1, mostOffers), effective_by: instant }),
    refusals: ["unknown-reference", "offers-state-conflict"],
    example: {
      body: { command: "pause", offers: [example.offer] },
      response: { offers: [{ id: example.offer, state: "paused", version: 2 }], effective_by: example.time },
    },
    async work(tx, call) {
      const { command, offers } = call.body;
      const offerIds = offers.map((id, index) => idInBody("offer", id, `/offers/${index}`));
      const moved = (await moveOffers(tx, call, { offerIds, command })).map(shownOffer);
      return {
        body: { offers: moved.map(({ id, state, version: reached }) => ({ id, state, version: reached })), ...effective(call.now) },
      };
    },
  }),
];
