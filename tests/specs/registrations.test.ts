import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf, send } from "../support/barrier.ts";
import { openMarket, type OwnMarket } from "../support/market.ts";

let market: OwnMarket;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market?.close());

const facts = {
  name: "Ostwerk",
  address: { street: "Kaistr. 9", city: "Kiel", postal_code: "24103", country: "DE" },
  tax_number: "DE811907980",
  contact: { name: "Sascha Unverwechselbar", email: "sascha@example.com", phone: "+49 431 99" },
};

/** A request of whoever comes along: without a key of the API. */
const register = (kind: string, body: object, key: string = randomUUID()) =>
  send(market.origins()[0] ?? "", { method: "POST", path: `/v1/public/registrations/${kind}`, headers: { "idempotency-key": key }, body });

type Items<Item> = { items: Item[] };

describe("A registration", () => {
  it("of a seller answers its id and state alone, and stands in the operator's queue with the person who asked as its owner", async () => {
    const answer = await register("sellers", { ...facts, mandate: true, time_zone: "Europe/Berlin" });
    const registered = jsonOf<{ id: string; state: string }>(answer);

    expect([answer.status, registered]).toEqual([201, { id: expect.stringMatching(/^sel_/), state: "applied" }]);
    const shown = await market.operator.get<{ contact_person: string }>(`/v1/operator/sellers/${registered.id}`);
    expect(shown).toMatchObject({
      ...{ name: "Ostwerk", state: "applied", mandate_at: expect.any(String), series_prefix: null, time_zone: "Europe/Berlin" },
      ...{ version: 1, review_due_at: expect.any(String), history: [{ by: "public", event: "apply", to: "applied", cause: "registered" }] },
    });
    const members = await market.operator.get<Items<{ id: string; role: string }>>(`/v1/operator/sellers/${registered.id}/members`);
    expect(members.items).toMatchObject([{ id: shown.contact_person, role: "owner" }]);
    const { items } = await market.operator.get<Items<{ id: string }>>("/v1/operator/sellers?state=applied");
    expect(items.map(({ id }) => id)).toContain(registered.id);
  });

  it("of a company answers its id and state alone, and the operator lets it buy", async () => {
    const answer = await register("companies", facts);
    const { id, ...rest } = jsonOf<{ id: string }>(answer);

    expect([answer.status, rest]).toEqual([201, { state: "pending" }]);
    expect(await market.operator.post(`/v1/operator/companies/${id}/activate`, {})).toMatchObject({ state: "active", payment_days: 30 });
  });

  it("is done once for a key, and told to the operator without a person's data", async () => {
    const key = randomUUID();
    const [first, again] = [await register("companies", facts, key), await register("companies", facts, key)];

    expect(again.body).toEqual(first.body);
    expect(again.headers["idempotent-replayed"]).toBe("true");
    const { id } = jsonOf<{ id: string }>(first);
    const events = async () =>
      (await market.operator.get<Items<{ type: string; subject: string }>>("/v1/operator/events?limit=200")).items.filter((event) =>
        JSON.stringify(event).includes(id),
      );
    await expect.poll(async () => (await events()).map(({ type }) => type).toSorted()).toEqual(["company.registered", "member.added"]);
    expect(JSON.stringify(await events())).not.toMatch(/Unverwechselbar|sascha@|431 99/);
  });

  it("says nothing that only the operator decides", async () => {
    const answers = [
      await register("sellers", { ...facts, activate: true }),
      await register("sellers", { ...facts, series_prefix: "MINE" }),
      await register("companies", { ...facts, payment_days: 365 }),
      await register("companies", { ...facts, contact: { ...facts.contact, email: "nobody" } }),
    ];

    expect(answers.map((answer) => [answer.status, jsonOf<{ errors: { pointer: string }[] }>(answer).errors[0]?.pointer])).toEqual([
      [400, "/activate"],
      [400, "/series_prefix"],
      [400, "/payment_days"],
      [400, "/contact/email"],
    ]);
  });
});

describe("What strangers did", () => {
  it("leaves every invariant as it was", async () => {
    expect(await market.doctor()).toMatchObject({ violations: [] });
  });
});
