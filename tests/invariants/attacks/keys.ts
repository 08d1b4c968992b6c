import { jsonOf, send, type HttpRequest, type StartLine } from "../../support/barrier.ts";
import { codeOf } from "../../support/caller.ts";
import type { HttpAnswer } from "../../support/http-answer.ts";
import type { Checkout } from "../../support/market.ts";
import { companiesOf, lead, outcomes, requestsOf, supplyOf, turn, unequal, type Attack } from "../attack.ts";

const isReplay = (answer: { headers: Readonly<Record<string, string>> }) => answer.headers["idempotent-replayed"] === "true";

export const sameKeyAtOnce: Attack = {
  sentence:
    "One key sent 64 times at once has one effect and 64 equal answers; with a changed field it is refused, and unchanged it replays",
  share: 1,
  run: async (market, rounds) => {
    const supply = supplyOf(await market.seller(), { units: 64 }, rounds);
    const company = await market.company();
    return lead(market, 64, rounds, async (line, number) => {
      const offer = await supply();
      const key = `same-${number}`;
      const placing = (quantity: number) => company.placing([{ offer, quantity }], { key, reference: key });
      const answers = await line.release(requestsOf(64, () => placing(1)));
      const [changed, again] = [await company.place([{ offer, quantity: 2 }], { key, reference: key }), await line.release([placing(1)])];
      const bodies = new Set([...answers, ...again].map(({ body }) => body.toString("latin1")));
      return [
        ...outcomes("placed", answers, { "201": 64 }),
        ...unequal("different answers", bodies.size, 1),
        ...unequal("answers that are no replay", answers.filter((answer) => !isReplay(answer)).length, 1),
        ...unequal("changed field", [changed.status, codeOf(changed)], [422, "idempotency-key-reused"]),
        ...unequal(
          "again",
          again.map((answer) => [answer.status, isReplay(answer)]),
          [[201, true]],
        ),
        ...unequal("held", (await market.stock(offer)).reserved, 1),
      ];
    });
  },
};

export const sameKeyOfManyTenants: Attack = {
  sentence: "One key's text used by sixteen companies, at once and later, has sixteen effects, and nobody sees another's",
  share: 0.25,
  run: async (market, rounds) => {
    const supply = supplyOf(await market.seller(), { units: 16 }, rounds);
    const companies = await companiesOf(market, 16);
    return lead(market, 16, rounds, async (line) => {
      const offer = await supply();
      const key = `shared-${offer.id}`;
      const lines = [{ offer, quantity: 1 }];
      const requests = requestsOf(16, (index) => turn(companies, index).placing(lines, { key, reference: key }));
      const answers = [...(await line.release(requests.slice(0, 8))), ...(await line.release(requests.slice(8)))];
      const found = [...outcomes("placed", answers, { "201": 16 }), ...unequal("replays", answers.filter(isReplay).length, 0)];
      if (found.length > 0) return found;
      const ids = answers.map((answer) => jsonOf<Checkout>(answer).id);
      const foreign = await line.release(
        requestsOf(16, (index) => turn(companies, index + 1).request("GET", `/v1/buyer/checkouts/${turn(ids, index)}`)),
      );
      return [...unequal("checkouts", new Set(ids).size, 16), ...outcomes("another's checkout", foreign, { "404 not-found": 16 })];
    });
  },
};

/** Sends together, and again with the same key what is told that another request is in flight: that answer says to do so. */
async function untilDecided(line: StartLine, requests: readonly HttpRequest[]): Promise<readonly HttpAnswer[]> {
  const answers = await line.release(requests);
  const undecided = requests.filter((_, index) => codeOf(turn(answers, index)) === "request-in-flight");
  const decided = answers.filter((answer) => codeOf(answer) !== "request-in-flight");
  return undecided.length === 0 ? decided : [...decided, ...(await untilDecided(line, undecided))];
}

export const sameReferenceAtOnce: Attack = {
  sentence:
    "One order number of a company sent 16 times at once, each with a key of its own, makes one checkout, and the others are told its id",
  share: 0.05,
  run: async (market, rounds) => {
    const supply = supplyOf(await market.seller(), { units: 16 }, rounds);
    const company = await market.company();
    return lead(market, 16, rounds, async (line, number) => {
      const offer = await supply();
      const placing = () => company.placing([{ offer, quantity: 1 }], { reference: `double click ${number}` });
      const answers = await untilDecided(line, requestsOf(16, placing));
      const made = answers.find(({ status }) => status === 201);
      const told = answers.filter(({ status }) => status !== 201).map((answer) => jsonOf(answer)["checkout"]);
      return [
        ...outcomes("placed", answers, { "201": 1, "409 reference-taken": 15 }),
        ...unequal("checkouts named", [...new Set(told)], made === undefined ? [] : [jsonOf<Checkout>(made).id]),
        ...unequal("held", (await market.stock(offer)).reserved, 1),
      ];
    });
  },
};

export const revokedKey: Attack = {
  sentence: "A stored answer is shown to a new key of the same organisation, not to one without the role, and not to a revoked one",
  share: 0.015,
  run: async (market, rounds) => {
    const supply = supplyOf(await market.seller(), { units: 2 }, rounds);
    const company = await market.company();
    return lead(market, 1, rounds, async (_line, number) => {
      const offer = await supply();
      const issue = (role: string) =>
        market.operator.post<{ id: string; secret: string }>(`/v1/operator/companies/${company.id}/keys`, { name: role, role });
      const [old, next, viewer] = [await issue("purchaser"), await issue("purchaser"), await issue("viewer")];
      const request = company.placing([{ offer, quantity: 1 }], { key: `revoked-${number}` });
      const ask = (secret: string) =>
        Promise.all(
          market
            .origins()
            .map((origin) => send(origin, { ...request, headers: { ...request.headers, authorization: `Bearer ${secret}` } })),
        );
      const [first] = await ask(old.secret);
      const byOthers = [...(await ask(next.secret)), ...(await ask(viewer.secret))];
      await market.operator.post(`/v1/operator/keys/${old.id}/revoke`, {});
      // Every process may believe in a key for one second after it was revoked, and not longer.
      const revokedAt = performance.now();
      let last = await ask(old.secret);
      while (last.some(({ status }) => status !== 401) && performance.now() - revokedAt < 2000) last = await ask(old.secret);
      const servers = market.origins().length;
      return [
        ...unequal("first", first?.status, 201),
        ...unequal(
          "new key",
          byOthers.slice(0, servers).map(({ status, body }) => [status, first !== undefined && body.equals(first.body)]),
          Array.from({ length: servers }, () => [201, true]),
        ),
        ...outcomes("viewer", byOthers.slice(servers), { "403 forbidden": servers }),
        ...outcomes("revoked", [...last, ...(await ask(old.secret))], { "401 unauthenticated": 2 * servers }),
        ...unequal("held", (await market.stock(offer)).reserved, 1),
      ];
    });
  },
};
