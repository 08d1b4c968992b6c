import type { Static } from "typebox";
import { assert } from "../kernel/assert.ts";
import type { Instant } from "../kernel/clock.ts";
import { type CompanyId, type IdSource, toWireId } from "../kernel/ids.ts";
import { currency } from "../kernel/money.ts";
import { quantity } from "../kernel/quantity.ts";
import { Refused } from "../kernel/refusal.ts";
import { fromWire } from "../kernel/wire.ts";
import {
  obtainableCommands,
  type PlaceCommand,
  placeCheckouts,
  type PlaceOutcome,
  type PlacingMeans,
  referenceLock,
} from "../flows/place-checkouts/index.ts";
import type { Transaction } from "../platform/db/index.ts";
import { type Claim, claim, type StoredAnswer, storeStatement } from "../platform/idempotency/index.ts";
import type { LaneSteps, Lanes } from "../platform/lane/index.ts";
import type { Call } from "./call.ts";
import { idInBody } from "./call.ts";
import { entityTag } from "./headers.ts";
import type { LaneOutcome } from "./operation.ts";
import { problemOf, problemType } from "./problem.ts";
import { type placeBody, shownPlaced } from "./routes/checkout-shapes.ts";

/** What travels in a lane: the command, and the key under which its answer is stored. */
export type PlacingPayload = { readonly command: PlaceCommand; readonly claim: Claim };

/** The lanes of placing, as main.ts opens them. */
export type PlacingLanes = Lanes<PlacingPayload, StoredAnswer>;

type Outside = Pick<LaneSteps<PlacingPayload, StoredAnswer>, "transact" | "isRepeatable" | "onFault" | "onBatch">;

/** The domain's part in the lanes: claims keys and client references, judges and writes, and renders the answers that are stored. */
export function placingSteps(means: PlacingMeans, outside: Outside): LaneSteps<PlacingPayload, StoredAnswer> {
  return {
    ...outside,
    claim: async (tx, payloads) => {
      const claims = payloads.map((payload) => payload.claim);
      const { claimed, locked } = await claim(
        tx,
        claims,
        payloads.map(({ command }) => referenceLock(command)),
      );
      return claimed.map((each, index) => {
        if (each.kind === "replay") return { kind: "settled", settled: { kind: "answered", answer: each.answer, replayed: true } };
        if (each.kind === "mismatch") return { kind: "settled", settled: { kind: "mismatch" } };
        return { kind: each.kind === "mine" && locked[index] === true ? "mine" : "busy" };
      });
    },
    obtainable: (tx, payloads) =>
      obtainableCommands(
        tx,
        payloads.map(({ command }) => command),
      ),
    run: (tx, payloads) => run(tx, payloads, means),
  };
}

async function run(tx: Transaction, payloads: readonly PlacingPayload[], means: PlacingMeans) {
  const commands = payloads.map(({ command }) => command);
  const { outcomes, decidedAt, writes } = await placeCheckouts(tx, commands, means);
  const rendered = payloads.map(({ command }, index) => {
    const outcome = outcomes[index];
    assert(outcome !== undefined, "each command has its outcome");
    return render(outcome, command, decidedAt);
  });
  const answers = payloads.flatMap(({ command, claim: asked }, index) => {
    const answer = rendered[index];
    if (answer === undefined) return [];
    return [{ claim: asked, idempotencyId: command.idempotencyId, principalId: command.keyId, answer }];
  });
  const settled = rendered.map((answer, index) => {
    if (answer !== undefined) return { kind: "answered", answer, replayed: false } as const;
    const outcome = outcomes[index];
    assert(outcome?.accepted === false, "what is not stored is a refusal");
    return { kind: "refused", refusal: outcome.refusal } as const;
  });
  return { settled, writes: answers.length === 0 ? writes : [...writes, storeStatement(answers)] };
}

/** The bytes of an answer; undefined for a refusal that is not stored (a key that was revoked meanwhile). */
function render(outcome: PlaceOutcome, command: PlaceCommand, answeredAt: Instant): StoredAnswer | undefined {
  if (outcome.accepted) {
    const body = Buffer.from(JSON.stringify(shownPlaced(outcome.placed)));
    const location = `/v1/buyer/checkouts/${toWireId("chk", outcome.placed.checkout.checkoutId)}`;
    return { status: 201, answeredAt, contentType: "application/json", location, etag: entityTag(1), body, sealed: false };
  }
  const problem = problemOf(outcome.refusal, command.requestId);
  assert(problem !== undefined, `there is no row for ${outcome.refusal.code}`);
  if (!problem.final) return undefined;
  return { status: problem.status, answeredAt, contentType: problemType, body: Buffer.from(JSON.stringify(problem.body)), sealed: false };
}

/**
 * The command that a request asks for.
 *
 * @throws Refused unknown-reference for an id that cannot be one
 */
export function placeCommand(call: Call<unknown, unknown, Static<typeof placeBody>>, newId: IdSource, at: Instant): PlaceCommand {
  const { principal, body, requestId, traceparent } = call;
  const expected = body.expected_total === undefined ? null : fromWire(body.expected_total);
  assert(expected !== undefined, "the schema admits known currencies only");
  const { delivery_address: address, delivery_address_id: addressId } = body;
  if (address !== undefined && addressId !== undefined) {
    const detail = "say where by delivery_address or by delivery_address_id, and by one of them";
    throw new Refused({ code: "request-invalid", errors: [{ pointer: "/delivery_address_id", detail }] });
  }
  return {
    companyId: principal.organisationId as CompanyId,
    keyId: principal.keyId,
    clientReference: body.client_reference,
    currency: currency(body.currency),
    paymentMethod: body.payment_method,
    lines: body.lines.map((line, index) => ({
      offerId: idInBody("offer", line.offer, `/lines/${index}/offer`),
      quantity: quantity(line.quantity),
    })),
    deliveryAddress: address === undefined ? null : address,
    deliveryAddressId: addressId === undefined ? null : idInBody("address", addressId, "/delivery_address_id"),
    requestedOn: body.requested_on ?? null,
    expectedTotal: expected,
    replaces: body.replaces === undefined ? null : idInBody("checkout", body.replaces, "/replaces"),
    idempotencyId: newId(at),
    requestId,
    traceparent: traceparent ?? null,
  };
}

/** Puts a command into the lanes and gives what the frame sends. @throws Refused what is not stored */
export async function placeInLane(lanes: PlacingLanes, payload: PlacingPayload): Promise<LaneOutcome> {
  const { companyId, lines } = payload.command;
  const settled = await lanes.submit({ payload, weight: lines.length, party: companyId });
  if (settled.kind === "refused") throw new Refused(settled.refusal);
  return settled;
}
