import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf, openStartLine } from "../support/barrier.ts";
import { type Caller, codeOf, tally } from "../support/caller.ts";
import { openMarket, type OwnMarket } from "../support/market.ts";

let market: OwnMarket;
const operator = () => market.operator;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market?.close());

const address = { street: "Kaistr. 9", city: "Kiel", postal_code: "24103", country: "DE" };
const contact = { name: "Sascha Unverwechselbar", email: "sascha@example.com" };
const reason = { reason: "as agreed" };
const at = (version: number) => ({ headers: { "if-match": `"${version}"` } });

type Items<Item> = { items: Item[]; next_cursor: string | null };
type Step = { version: number; from: string; event: string; to: string; by: string; cause: string };
type Shown = {
  id: string;
  state: string;
  version: number;
  reviewer: string | null;
  review_due_at: string | null;
  allowed_actions: string[];
  tax_number_checked_at: string | null;
  history: Step[];
};
type Event = { type: string; subject: string; subject_version: number; data: Record<string, unknown> };

let named = 0;
/** A seller that has applied with these facts, and its owner. */
async function applied(facts: object = {}): Promise<{ id: string; path: string; owner: Caller; prefix: string }> {
  named += 1;
  const prefix = `SP${named}`;
  const body = { name: `Kielwerk ${named}`, address, contact, tax_number: "DE811907980", mandate: true, series_prefix: prefix, ...facts };
  const { id } = await operator().post<{ id: string }>("/v1/operator/sellers", body);
  const path = `/v1/operator/sellers/${id}`;
  const { secret } = await operator().post<{ secret: string }>(`${path}/keys`, { name: "owner", role: "owner" });
  return { id, path, owner: market.caller(secret), prefix };
}

async function active(facts: object = {}) {
  return applied({ ...facts, activate: true });
}

const read = (path: string) => operator().get<Shown>(path);
const eventsOf = async (owner: Caller) => (await owner.get<Items<Event>>("/v1/seller/events?limit=200")).items;

describe("The review of a seller", () => {
  it("goes from the application to a seller that sells, step by step, each in its history, told to it and audited", async () => {
    const { id, path, owner } = await applied();
    const first = await read(path);

    const taken = await operator().post<Shown>(`${path}/review`, {});
    const sent = await operator().post<Shown>(`${path}/send-back`, { reason: "the address is not that of the register" });
    await operator().post(`${path}/review`, {});
    const activated = await operator().post<Shown>(`${path}/activate`, { reason: "complete" });

    expect(first).toMatchObject({ state: "applied", reviewer: null, review_due_at: expect.any(String), allowed_actions: ["review"] });
    expect(taken).toMatchObject({ state: "under_review", reviewer: expect.stringMatching(/^key_/), review_due_at: first.review_due_at });
    expect(taken.allowed_actions).toEqual(["send_back", "activate", "reject"]);
    expect(sent).toMatchObject({ state: "applied", reviewer: null });
    expect(activated).toMatchObject({ state: "active", review_due_at: null, version: 5, allowed_actions: ["suspend", "close"] });
    const { history } = await read(path);
    expect(history.map(({ from, event, to, by }) => `${by}: ${from} ${event} ${to}`)).toEqual([
      "operator: null apply applied",
      "operator: applied review under_review",
      "operator: under_review send_back applied",
      "operator: applied review under_review",
      "operator: under_review activate active",
    ]);
    const types = ["applied", "taken_up", "sent_back", "taken_up", "activated"].map((done) => `seller.${done}`);
    const told = async () => (await eventsOf(owner)).filter(({ subject }) => subject === id);
    await expect.poll(async () => (await told()).map(({ type }) => type)).toEqual(types);
    expect((await told())[2]?.data).toMatchObject({ state: "applied", cause: "the address is not that of the register" });
    const { items } = await operator().get<Items<{ action: string; subject: string; reason?: string }>>("/v1/operator/audit?limit=200");
    expect(items.filter(({ subject }) => subject === id).map(({ action }) => action)).toEqual(types.toReversed());
  });

  it("needs tax number, mandate and series prefix before the seller sells, and names what is missing", async () => {
    const { path, owner } = await applied({ tax_number: undefined, mandate: false, series_prefix: undefined });
    await operator().post(`${path}/review`, {});

    const early = await operator().send("POST", `${path}/activate`, {});
    await owner.post("/v1/seller/mandate", {});
    const said = { name: "Kielwerk", address, tax_number: "DE811907980", series_prefix: `LATE${named}` };
    expect((await owner.send("PUT", "/v1/seller/profile", said)).status).toBe(200);
    const late = await operator().send("POST", `${path}/activate`, {});

    expect([early.status, jsonOf(early)["missing"]]).toEqual([409, ["tax_number", "mandate", "series_prefix"]]);
    expect([late.status, jsonOf(late)["state"]]).toEqual([200, "active"]);
  });

  it("refuses a step that is none from here, and one on a version that is not the present one", async () => {
    const { path } = await applied();

    const answers = [
      await operator().send("POST", `${path}/activate`, {}),
      await operator().send("POST", `${path}/suspend`, { reach: "new", ...reason }),
      await operator().send("POST", `${path}/review`, {}, at(7)),
      await operator().send("POST", `${path}/review`, {}, at(1)),
      await operator().send("POST", `${path}/reject`, {}),
      await operator().send("POST", `${path}/reject`, reason, at(2)),
      await operator().send("POST", `${path}/review`, {}),
      await operator().send("POST", "/v1/operator/sellers/sel_01k9zv3n7gfx1t0c5r2m8q4a6c/review", {}),
    ];

    expect(answers.map((answer) => [answer.status, codeOf(answer)])).toEqual([
      [409, "state-conflict"],
      [409, "state-conflict"],
      [412, "version-stale"],
      [200, undefined],
      [400, "request-invalid"],
      [200, undefined],
      [409, "state-conflict"],
      [404, "not-found"],
    ]);
    expect(jsonOf(answers[0]!)).toMatchObject({ state: "applied", allowed: ["review"] });
  });

  it("is taken up by one of two who reach for it at once", async () => {
    const line = await openStartLine({ origins: market.origins(), size: 8 });
    for (let round = 0; round < 5; round += 1) {
      const { path } = await applied();

      const answers = await line.release(Array.from({ length: 8 }, () => operator().request("POST", `${path}/review`, {})));

      expect(tally(answers)).toEqual({ "200": 1, "409 state-conflict": 7 });
      expect((await read(path)).history).toHaveLength(2);
    }
    line.close();
  });

  it("has a queue with an owner, filtered by state, reviewer and day, and an overdue one is told of once and stays in it", async () => {
    const { id, path, owner } = await applied();
    const { reviewer } = await operator().post<Shown>(`${path}/review`, {});
    const queue = (query: string) => operator().get<Items<Shown>>(`/v1/operator/sellers?limit=200&${query}`);
    const has = async (query: string) => (await queue(query)).items.some((item) => item.id === id);
    const { review_due_at: due } = await read(path);

    expect([await has("state=under_review"), await has("state=applied"), await has("state=applied&state=under_review")]).toEqual([
      true,
      false,
      true,
    ]);
    expect([await has(`reviewer=${reviewer}`), await has("reviewer=key_01k9zv3n7gfx1t0c5r2m8q4a6e")]).toEqual([true, false]);
    expect([await has(`review_due_by=${due}`), await has("review_due_by=2020-01-01T00:00:00Z")]).toEqual([true, false]);

    await market.moveClock(8 * 86_400_000);
    const overdue = async () => (await eventsOf(owner)).filter(({ type }) => type === "seller.review_overdue");
    await expect.poll(async () => (await overdue()).length, { timeout: 10_000 }).toBe(1);
    expect(await read(path)).toMatchObject({ state: "under_review", review_due_at: due, version: 3 });
    expect(await has("state=under_review")).toBe(true);
    expect((await operator().send("POST", `${path}/activate`, {})).status).toBe(200);
  });
});

describe("A series prefix", () => {
  it("belongs to one seller, however many ask for it at once", async () => {
    const line = await openStartLine({ origins: market.origins(), size: 6 });
    const asking = (name: string) => ({
      name,
      address,
      contact,
      tax_number: "DE1",
      mandate: true,
      series_prefix: "ONLYME",
      activate: true,
    });
    const answers = await line.release(
      Array.from({ length: 6 }, (_, index) => operator().request("POST", "/v1/operator/sellers", asking(`Number ${index}`))),
    );
    line.close();

    expect(tally(answers)).toEqual({ "201": 1, "409 series-prefix-taken": 5 });
    const { owner } = await applied();
    const taken = await owner.send("PUT", "/v1/seller/profile", { name: "N", address, tax_number: "DE1", series_prefix: "ONLYME" });
    expect([taken.status, jsonOf(taken)["series_prefix"]]).toEqual([409, "ONLYME"]);
  });
});

describe("A seller's profile", () => {
  it("is read and said anew whole by the seller, told to it, and keeps its calendar", async () => {
    const { owner, prefix } = await active();
    const said = {
      ...{ name: "Kielwerk AG", address: { ...address, street: "Kaistr. 10" }, registration_number: "HRB 7" },
      ...{ tax_number: "DE811907980", series_prefix: prefix },
      ...{ time_zone: "Europe/Berlin", working_days: [1, 2, 3, 4], holidays: ["2026-12-25"] },
    };

    const changed = await owner.send("PUT", "/v1/seller/profile", said, at(3));
    const stale = await owner.send("PUT", "/v1/seller/profile", said, at(3));

    expect([changed.status, stale.status]).toEqual([200, 412]);
    const profile = await owner.get("/v1/seller/profile");
    expect(profile).toMatchObject({ ...said, version: 4, state: "active", missing: [], allowed_actions: ["change"], tax_numbers: [] });
    await expect
      .poll(() => eventsOf(owner))
      .toContainEqual(expect.objectContaining({ type: "seller.changed", data: expect.objectContaining({ name: "Kielwerk AG" }) }));
  });

  it("of one that sells stays complete", async () => {
    const { owner, prefix } = await active();
    const whole = { name: "Kielwerk", address, tax_number: "DE1", series_prefix: prefix };
    const { tax_number: _number, ...withoutNumber } = whole;
    const { series_prefix: _prefix, ...withoutPrefix } = whole;

    const answers = [
      await owner.send("PUT", "/v1/seller/profile", withoutNumber),
      await owner.send("PUT", "/v1/seller/profile", withoutPrefix),
    ];

    expect(answers.map((answer) => [answer.status, jsonOf(answer)["missing"]])).toEqual([
      [409, ["tax_number"]],
      [409, ["series_prefix"]],
    ]);
    expect(await owner.get("/v1/seller/profile")).toMatchObject({ version: 3, tax_number: "DE811907980" });
  });

  it("has the prefix that it likes until it sells, and keeps it from then on, suspended too", async () => {
    const { path, owner, prefix } = await applied();
    const changed = (series_prefix: string) =>
      owner.send("PUT", "/v1/seller/profile", { name: "Kielwerk", address, tax_number: "DE811907980", series_prefix });
    expect((await changed(`${prefix}X`)).status).toBe(200);
    await operator().post(`${path}/review`, {});
    expect((await changed(`${prefix}Y`)).status).toBe(200);
    await operator().post(`${path}/activate`, {});

    const answers = [await changed(prefix), await changed(`${prefix}Y`)];
    await operator().post(`${path}/suspend`, { reach: "new", reason: "to be looked at" });
    answers.push(await changed(prefix));

    const fixed = { status: 409, code: "series-prefix-fixed", series_prefix: `${prefix}Y` };
    expect(answers.map((answer) => (answer.status === 200 ? { status: 200 } : jsonOf(answer)))).toMatchObject([
      fixed,
      { status: 200 },
      fixed,
    ]);
    expect(await owner.get("/v1/seller/profile")).toMatchObject({ series_prefix: `${prefix}Y` });
  });

  it("takes no time zone that is not known and no day that no calendar has", async () => {
    const { owner } = await active();

    const said = async (calendar: object) => {
      const answer = await owner.send("PUT", "/v1/seller/profile", { name: "N", address, ...calendar });
      return [answer.status, jsonOf<{ errors: { pointer: string }[] }>(answer).errors.map(({ pointer }) => pointer)];
    };

    expect([
      await said({ time_zone: "Mars/Olympus" }),
      await said({ holidays: ["2026-12-25", "2026-02-30"] }),
      await said({ working_days: [8] }),
    ]).toEqual([
      [400, ["/time_zone"]],
      [400, ["/holidays/1"]],
      [400, ["/working_days/0"]],
    ]);
  });

  it("has a mandate that is given once and by whom is kept", async () => {
    const { owner } = await applied({ mandate: false });

    const given = await owner.post<Shown & { mandate_at: string }>("/v1/seller/mandate", {});
    const again = await owner.post<Shown & { mandate_at: string }>("/v1/seller/mandate", {});

    expect([given.version, given.mandate_at]).toEqual([2, expect.any(String)]);
    expect(again).toEqual(given);
    await expect.poll(async () => (await eventsOf(owner)).filter(({ type }) => type === "seller.mandate_given")).toHaveLength(1);
  });
});

describe("A seller's tax numbers", () => {
  it("of further countries are set, checked by the operator, and unchecked when they change", async () => {
    const { path, owner } = await active();
    const numbers = async () =>
      (await owner.get<{ tax_numbers: { country: string; number: string; checked_at: string | null }[] }>("/v1/seller/profile"))
        .tax_numbers;
    const set = (number: string) => owner.send("PUT", "/v1/seller/profile/tax-numbers/AT", { number });

    expect((await set("ATU12345678")).status).toBe(200);
    const checked = await operator().send("POST", `${path}/tax-numbers/AT/check`, { evidence: "VIES" });
    expect([checked.status, await numbers()]).toEqual([200, [{ country: "AT", number: "ATU12345678", checked_at: expect.any(String) }]]);
    await set("ATU87654321");
    expect(await numbers()).toEqual([{ country: "AT", number: "ATU87654321", checked_at: null }]);

    expect((await owner.send("DELETE", "/v1/seller/profile/tax-numbers/AT")).status).toBe(200);
    const gone = [
      await owner.send("DELETE", "/v1/seller/profile/tax-numbers/AT"),
      await operator().send("POST", `${path}/tax-numbers/AT/check`, { evidence: "VIES" }),
    ];
    expect([await numbers(), tally(gone)]).toEqual([[], { "404 not-found": 2 }]);
    const types = ["changed", "checked", "changed", "removed"].map((done) => `seller.tax_number_${done}`);
    await expect.poll(async () => (await eventsOf(owner)).map(({ type }) => type).filter((type) => type.includes("tax"))).toEqual(types);
  });

  it("of its own country stands in the profile; the check of it ends with a change of number or country", async () => {
    const { path, owner, prefix } = await active();
    const home = await owner.send("PUT", "/v1/seller/profile/tax-numbers/DE", { number: "DE2" });
    expect([home.status, codeOf(home)]).toEqual([422, "home-country"]);
    const said = { name: "Kielwerk", address, tax_number: "DE811907980", series_prefix: prefix };
    const checkedAt = async () => (await read(path)).tax_number_checked_at;

    await operator().post(`${path}/tax-numbers/DE/check`, { evidence: "VIES WAPI1" });
    await owner.send("PUT", "/v1/seller/profile", { ...said, name: "Kielwerk und Söhne" });
    expect(await checkedAt()).not.toBeNull();
    await owner.send("PUT", "/v1/seller/profile", { ...said, tax_number: "DE811907981" });
    expect(await checkedAt()).toBeNull();
    await operator().post(`${path}/tax-numbers/DE/check`, { evidence: "VIES WAPI2" });
    await owner.send("PUT", "/v1/seller/profile/tax-numbers/AT", { number: "ATU1" });
    await owner.send("PUT", "/v1/seller/profile", { ...said, tax_number: "DE811907981", address: { ...address, country: "AT" } });

    expect(await read(path)).toMatchObject({ tax_number_checked_at: null, tax_number_evidence: null, tax_numbers: [] });
  });
});

describe("The public page of a seller", () => {
  it("shows name, city and country of whoever sells, and nobody else", async () => {
    const [selling, waiting] = [await active(), await applied()];
    const page = (id: string) => operator().send("GET", `/v1/public/sellers/${id}`);
    const listed = async () =>
      (await operator().get<Items<{ id: string }>>("/v1/public/sellers?limit=200&country=DE")).items.map(({ id }) => id);

    const shown = jsonOf(await page(selling.id));
    expect(shown).toEqual({ id: selling.id, name: expect.stringMatching(/^Kielwerk/), city: "Kiel", country: "DE" });
    expect((await page(waiting.id)).status).toBe(404);
    expect(await listed()).toContain(selling.id);
    expect(await listed()).not.toContain(waiting.id);

    await operator().post(`${selling.path}/suspend`, { reach: "new", ...reason });
    expect((await page(selling.id)).status).toBe(404);
    expect(await listed()).not.toContain(selling.id);
  });
});

describe("What sellers and the operator did", () => {
  it("leaves every invariant as it was", async () => {
    expect(await market.doctor()).toMatchObject({ violations: [] });
  });
});
