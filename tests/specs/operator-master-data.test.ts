import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeOf, tally } from "../support/caller.ts";
import { jsonOf, openStartLine } from "../support/barrier.ts";
import { openMarket, type OwnMarket } from "../support/market.ts";

let market: OwnMarket;
const operator = () => market.operator;

beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market?.close());

const address = { street: "Kaistr. 9", city: "Kiel", postal_code: "24103", country: "DE" };
const contact = { name: "Sascha Unverwechselbar", email: "sascha@example.com", phone: "+49 431 99" };
const eur = (amount: number) => ({ amount, currency: "EUR" });

type Items<Item> = { items: Item[]; next_cursor: string | null };
type AuditEntry = { action: string; subject: string; after?: Record<string, unknown> };

async function entriesOf(subject: string): Promise<AuditEntry[]> {
  const { items } = await operator().get<Items<AuditEntry>>("/v1/operator/audit?limit=200");
  return items.filter((entry) => JSON.stringify(entry).includes(subject));
}

describe("Adding a seller", () => {
  it("answers with the seller, where it is read and its version, and shows the contact by its id alone", async () => {
    const answer = await operator().send("POST", "/v1/operator/sellers", { name: "Kielwerk", address, tax_number: "DE1", contact });
    const seller = jsonOf<{ id: string; contact_person: string }>(answer);

    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({ location: `/v1/operator/sellers/${seller.id}`, etag: '"1"' });
    expect(seller).toEqual({
      ...{ id: expect.stringMatching(/^sel_/), name: "Kielwerk", address, tax_number: "DE1" },
      ...{ contact_person: expect.stringMatching(/^per_/), version: 1, state: "applied", suspension: null },
      ...{ registration_number: null, tax_number_checked_at: null, mandate_at: null, series_prefix: null },
      ...{ time_zone: "UTC", working_days: [1, 2, 3, 4, 5], holidays: [] },
      ...{ reviewer: null, review_due_at: expect.any(String), allowed_actions: ["review"] },
    });
    const read = await operator().send("GET", `/v1/operator/sellers/${seller.id}`);
    expect(read.headers["etag"]).toMatch(/^"1-/);
    expect(jsonOf(read)).toMatchObject(seller);
  });

  it("leaves an audit entry in which the contact is sealed, and the seller's own event without it", async () => {
    const { id } = await operator().post<{ id: string }>("/v1/operator/sellers", { name: "Förde", address, contact });
    const { secret } = await operator().post<{ secret: string }>(`/v1/operator/sellers/${id}/keys`, { name: "owner", role: "owner" });

    const [entry] = (await entriesOf(id)).filter(({ action }) => action === "seller.applied");
    expect(entry?.after).toMatchObject({ id, contact: { sealed: expect.any(String), person: expect.stringMatching(/^per_/) } });
    const told = async () => (await market.caller(secret).get<Items<{ type: string; data: unknown }>>("/v1/seller/events")).items;
    await expect.poll(async () => (await told()).map(({ type }) => type)).toEqual(["seller.applied", "member.added", "api_key.created"]);
    expect(JSON.stringify([entry, await told()])).not.toMatch(/Sascha|sascha@|431 99/);
  });

  it("is refused with the pointer of what is wrong, and adds nothing", async () => {
    const before = await operator().get<Items<unknown>>("/v1/operator/sellers");

    const answer = await operator().send("POST", "/v1/operator/sellers", {
      ...{ name: " ", address: { ...address, country: "de" }, contact: { ...contact, email: "nobody" }, status: "active" },
    });

    expect(answer.status).toBe(400);
    const { errors } = jsonOf<{ errors: { pointer: string }[] }>(answer);
    expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual(["/address/country", "/contact/email", "/name", "/status"]);
    expect(await operator().get("/v1/operator/sellers")).toEqual(before);
  });

  it("shows a company's id and one that never was as the same 404", async () => {
    const company = await market.company();
    const paths = [company.id.replace("cmp_", "sel_"), "sel_01k9zv3n7gfx1t0c5r2m8q4a6c", company.id, "sel_x"];

    const answers = await Promise.all(paths.map((id) => operator().send("GET", `/v1/operator/sellers/${id}`)));

    expect(tally(answers)).toEqual({ "404 not-found": 4 });
  });

  it("is listed from new to old, page by page, each once", async () => {
    const names = ["One", "Two", "Three"];
    for (const name of names) await operator().post("/v1/operator/companies", { name, address, contact });

    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Items<{ name: string }> = await operator().get(
        `/v1/operator/companies?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`,
      );
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ name }) => name));
      cursor = page.next_cursor;
    }

    expect(seen.slice(0, 3)).toEqual(names.toReversed());
    expect(new Set(seen).size).toBe(seen.length);
  });
});

describe("An API key", () => {
  it("shows its secret once, opens its own tree, and no list shows the secret again", async () => {
    const { id } = await operator().post<{ id: string }>("/v1/operator/sellers", { name: "Keys", address, contact });

    const key = await operator().post<{ id: string; secret: string }>(`/v1/operator/sellers/${id}/keys`, { name: "desk", role: "viewer" });

    expect(key).toEqual({
      id: expect.stringMatching(/^key_/),
      name: "desk",
      role: "viewer",
      member: null,
      secret: expect.stringMatching(/^stoa_/),
    });
    expect((await market.caller(key.secret).send("GET", "/v1/seller/locations")).status).toBe(200);
    expect((await market.caller(key.secret).send("GET", "/v1/buyer/orders")).status).toBe(403);
    const { items } = await operator().get<Items<{ id: string; organisation: string }>>("/v1/operator/keys");
    expect(items.find((item) => item.id === key.id)).toMatchObject({ organisation: id, role: "viewer", revoked_at: null });
    expect(JSON.stringify([items, await entriesOf(key.id)])).not.toContain(key.secret.slice(-32));
  });

  it("is made once when its request comes sixty-four times at once, and each answer shows the same secret", async () => {
    const { id } = await operator().post<{ id: string }>("/v1/operator/sellers", { name: "Echo", address, contact });
    const request = operator().request("POST", `/v1/operator/sellers/${id}/keys`, { name: "echo", role: "owner" }, { key: "echo-1" });
    const line = await openStartLine({ origins: market.origins(), size: 64 });

    const answers = await line.release(Array.from({ length: 64 }, () => request));
    line.close();

    expect(tally(answers)).toEqual({ "201": 64 });
    expect(new Set(answers.map(({ body }) => body.toString("utf8"))).size).toBe(1);
    const { items } = await operator().get<Items<{ organisation: string }>>("/v1/operator/keys?limit=200");
    expect(items.filter(({ organisation }) => organisation === id)).toHaveLength(1);
  });

  it("takes no role of another kind of organisation", async () => {
    const { id } = await operator().post<{ id: string }>("/v1/operator/companies", { name: "Roles", address, contact });

    const answer = await operator().send("POST", `/v1/operator/companies/${id}/keys`, { name: "x", role: "fulfilment" });

    expect(answer.status).toBe(400);
    expect(jsonOf(answer)["errors"]).toMatchObject([{ pointer: "/role" }]);
  });

  it("that is revoked is refused by the time the answer said, and stays revoked at that time", async () => {
    const company = await market.company();
    const { items } = await operator().get<Items<{ id: string; organisation: string }>>("/v1/operator/keys?limit=200");
    const { id } = items.find(({ organisation }) => organisation === company.id) ?? { id: "" };
    expect((await company.send("GET", "/v1/buyer/orders")).status).toBe(200);

    const revoked = await operator().post<{ revoked_at: string; effective_by: string }>(`/v1/operator/keys/${id}/revoke`, {});
    const again = await operator().post<{ revoked_at: string }>(`/v1/operator/keys/${id}/revoke`, {});

    expect(Date.parse(revoked.effective_by) - Date.parse(revoked.revoked_at)).toBe(6_000);
    expect(again).toEqual({ id, ...revoked });
    await expect.poll(async () => (await company.send("GET", "/v1/buyer/orders")).status, { timeout: 1_500 }).toBe(401);
    expect((await entriesOf(id)).filter(({ action }) => action === "api_key.revoked")).toHaveLength(2);
  });

  it("of the operator's last admin is not revoked: 409, and it works on", async () => {
    const { items } = await operator().get<Items<{ id: string; organisation: string; role: string }>>("/v1/operator/keys?limit=200");
    const { id } = items.find(({ organisation }) => organisation.startsWith("opr_")) ?? { id: "" };
    await operator().post("/v1/operator/keys", { name: "no admin", role: "finance" });

    const answer = await operator().send("POST", `/v1/operator/keys/${id}/revoke`, {});

    expect([answer.status, codeOf(answer)]).toEqual([409, "last-operator-admin"]);
    expect((await operator().send("GET", "/v1/operator/keys")).status).toBe(200);
  });

  it("that never was is 404", async () => {
    const answer = await operator().send("POST", "/v1/operator/keys/key_01k9zv3n7gfx1t0c5r2m8q4a6e/revoke", {});

    expect([answer.status, codeOf(answer)]).toEqual([404, "not-found"]);
  });
});

describe("A credit account", () => {
  const path = (company: { id: string }) => `/v1/operator/companies/${company.id}/credit-accounts`;

  it("is opened once for each currency, and its company reads it", async () => {
    const company = await market.company({ credit: 5_000 });
    const sek = (amount: number) => ({ amount, currency: "SEK" });

    const again = await operator().send("POST", path(company), { currency: "EUR", limit: eur(1) });
    const other = await operator().send("POST", path(company), { currency: "SEK", limit: { amount: 7, currency: "SEK" } });

    expect([again.status, codeOf(again)]).toEqual([409, "credit-account-exists"]);
    expect([other.status, other.headers["location"], other.headers["etag"]]).toEqual([201, `${path(company)}/SEK`, '"1"']);
    expect(await company.get("/v1/buyer/credit-accounts")).toEqual({
      items: [
        { company: company.id, currency: "EUR", limit: eur(5_000), used: eur(0), available: eur(5_000), closed_at: null, version: 1 },
        { company: company.id, currency: "SEK", limit: sek(7), used: sek(0), available: sek(7), closed_at: null, version: 1 },
      ],
      next_cursor: null,
    });
  });

  it("changes its limit for who knows its version, and 412 for who knows an older one", async () => {
    const company = await market.company({ credit: 5_000 });
    const put = (amount: number, version: string) =>
      operator().send("PUT", `${path(company)}/EUR`, { limit: eur(amount) }, { headers: { "if-match": version } });

    const [fresh, stale] = [await put(100, '"1"'), await put(200, '"1"')];

    expect([fresh.status, fresh.headers["etag"]]).toEqual([200, '"2"']);
    expect([stale.status, codeOf(stale)]).toEqual([412, "version-stale"]);
    expect(await operator().get(`${path(company)}/EUR`)).toMatchObject({ limit: eur(100), version: 2 });
  });

  it("keeps its version while it is bought and cancelled on", async () => {
    const [company, seller] = [await market.company({ credit: 1_000_000 }), await market.seller()];
    await company.placed([{ offer: await seller.offer({ units: 1 }), quantity: 1 }]);

    const read = await operator().send("GET", `${path(company)}/EUR`);

    expect(jsonOf(read)).toMatchObject({ used: eur(1_190), version: 1 });
    expect(read.headers["etag"]).toMatch(/^"1-/);
  });

  it("takes a limit in its own currency only, and none at all that no company or currency is the path of", async () => {
    const company = await market.company();
    const limit = { limit: { amount: 1, currency: "GBP" } };

    const answers = await Promise.all([
      operator().send("PUT", `${path(company)}/EUR`, limit),
      operator().send("PUT", `${path(company)}/GBP`, limit),
      operator().send("PUT", `${path(company)}/nothing`, limit),
      operator().send("POST", path({ id: "cmp_01k9zv3n7gfx1t0c5r2m8q4a6d" }), { currency: "EUR", limit: eur(1) }),
      operator().send("POST", path(company), { currency: "GBP", limit: eur(1) }),
    ]);

    expect(answers.map((answer) => `${answer.status} ${codeOf(answer)}`)).toEqual([
      "422 currency-mismatch",
      "404 not-found",
      "404 not-found",
      "404 not-found",
      "422 currency-mismatch",
    ]);
  });
});

describe("A product", () => {
  const variant = (sku: string) => ({ sku, title: sku, unit: "C62", attributes: { colour: "black" } });

  it("is read as it was made, its variants in their order", async () => {
    const made = await operator().post<{ id: string; variants: { sku: string }[] }>("/v1/operator/products", {
      title: "Pen",
      variants: [variant("PEN-2"), variant("PEN-1")],
    });

    expect(made.variants.map(({ sku }) => sku)).toEqual(["PEN-2", "PEN-1"]);
    expect(await operator().get(`/v1/operator/products/${made.id}`)).toEqual(made);
    expect((await operator().get<Items<unknown>>("/v1/operator/products?limit=1")).items).toEqual([made]);
  });

  it("is refused when a SKU is taken, with the SKU and where it stands, and none of its variants is made", async () => {
    await operator().post("/v1/operator/products", { title: "Ink", variants: [variant("INK-1")] });

    const answer = await operator().send("POST", "/v1/operator/products", {
      title: "Inks",
      variants: [variant("INK-2"), variant("INK-1")],
    });

    expect(answer.status).toBe(409);
    expect(jsonOf(answer)).toMatchObject({ code: "sku-taken", skus: ["INK-1"], errors: [{ pointer: "/variants/1/sku" }] });
    await operator().post("/v1/operator/products", { title: "Inks", variants: [variant("INK-2")] });
  });
});

describe("A tax rate", () => {
  const enter = (from: string, until?: string, more = {}) =>
    operator().send("POST", "/v1/operator/tax-rates", {
      ...{ country: "NL", category: "standard", code: "S", rate_ppm: 210_000, valid_from: from },
      ...(until === undefined ? {} : { valid_until: until }),
      ...more,
    });

  it("without an end gives way to a later one, and one whose period meets another's is refused with that one's", async () => {
    const first = await enter("2020-01-01");
    const next = await enter("2030-01-01", "2031-01-01");
    const meeting = await enter("2030-12-31");
    const after = await enter("2031-01-01");

    expect([first.status, next.status, after.status]).toEqual([201, 201, 201]);
    expect(meeting.status).toBe(409);
    expect(jsonOf(meeting)).toMatchObject({
      code: "tax-rate-exists",
      tax_rate: jsonOf(next)["id"],
      valid_from: "2030-01-01",
      valid_until: "2031-01-01",
    });
  });

  it("has days of the calendar, an end after its start, and a rate that fits its code", async () => {
    const answers = await Promise.all([
      enter("2026-02-29"),
      enter("2026-01-02", "2026-01-02"),
      enter("2040-01-01", undefined, { rate_ppm: 0 }),
      enter("2040-01-01", undefined, { code: "Z" }),
      enter("2040-01-01", undefined, { rate_ppm: 1_000_001 }),
    ]);

    expect(tally(answers)).toEqual({ "400 request-invalid": 5 });
    const pointers = answers.map((answer) => jsonOf<{ errors: { pointer: string }[] }>(answer).errors.map(({ pointer }) => pointer));
    expect(pointers).toEqual([["/valid_from"], ["/valid_until"], ["/rate_ppm"], ["/rate_ppm"], ["/rate_ppm"]]);
  });
});
