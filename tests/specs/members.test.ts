import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeOf, tally, type Caller } from "../support/caller.ts";
import { jsonOf, openStartLine } from "../support/barrier.ts";
import { type Company, openMarket, type OwnMarket } from "../support/market.ts";

let market: OwnMarket;
let company: Company;
const operator = () => market.operator;

beforeAll(async () => {
  market = await openMarket();
  company = await market.company();
});
afterAll(() => market?.close());

type Items<Item> = { items: Item[]; next_cursor: string | null };
type Member = { id: string; role: string; name: string; email: string; phone: string | null; removed_at: string | null; version: number };
type Event = { type: string; data: Record<string, unknown> };

const robin = { name: "Robin Unverwechselbar", email: "robin@example.com", phone: "+49 40 77" };

/** A member of the company with this role, and a key of it. */
async function addMember(role: string, by: Caller = company, tree = "buyer"): Promise<{ id: string; caller: Caller; key: string }> {
  const { id } = await by.post<{ id: string }>(`/v1/${tree}/members`, { ...robin, role });
  const { id: key, secret } = await by.post<{ id: string; secret: string }>(`/v1/${tree}/members/${id}/keys`, { name: "laptop" });
  return { id, key, caller: market.caller(secret) };
}

const membersOf = async (caller: Caller, tree = "buyer") => (await caller.get<Items<Member>>(`/v1/${tree}/members?limit=200`)).items;
const changeRole = (by: Caller, id: string, role: string, headers = {}) =>
  by.send("PUT", `/v1/buyer/members/${id}/role`, { role }, { headers });

describe("Whoever an organisation is reached by", () => {
  it("is its first owner, for sellers and companies alike", async () => {
    const seller = await market.seller();

    const [owner, ...others] = await membersOf(seller, "seller");

    expect(others).toEqual([]);
    expect(owner).toMatchObject({ role: "owner", name: "Kim Meyer", removed_at: null, version: 1 });
    const { contact_person } = await operator().get<{ contact_person: string }>(`/v1/operator/sellers/${seller.id}`);
    expect(owner?.id).toBe(contact_person);
  });
});

describe("A member", () => {
  it("is added by an owner; the answer, the event and the audit entry name the person by the id alone, a read by name and mail", async () => {
    const answer = await company.send("POST", "/v1/buyer/members", { ...robin, role: "purchaser" });
    const { id } = jsonOf<{ id: string }>(answer);

    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({ etag: '"1"' });
    expect(jsonOf(answer)).toEqual({ id: expect.stringMatching(/^per_/), role: "purchaser", created_at: expect.any(String), version: 1 });
    expect(await company.get(`/v1/buyer/members/${id}`)).toEqual({
      ...{ id, role: "purchaser", ...robin, created_at: expect.any(String), removed_at: null, version: 1 },
    });
    const told = async () => (await company.get<Items<Event>>("/v1/buyer/events?limit=200")).items.filter(({ data }) => data["id"] === id);
    await expect
      .poll(told)
      .toEqual([
        expect.objectContaining({ type: "member.added", data: { id, organisation: company.id, role: "purchaser", removed: false } }),
      ]);
    const entries = (await operator().get<Items<{ action: string; after: object }>>("/v1/operator/audit?limit=200")).items;
    const entry = entries.find((each) => JSON.stringify(each).includes(id));
    expect(entry).toMatchObject({ action: "member.added", after: { contact: { sealed: expect.any(String), person: id } } });
    expect(JSON.stringify([answer.body.toString("utf8"), await told(), entry])).not.toMatch(/Robin|robin@|40 77/);
  });

  it("acts by a key of its own in the role that it has, whatever that becomes", async () => {
    const member = await addMember("viewer");
    const write = () => member.caller.send("POST", "/v1/buyer/checkouts", {}, {});
    expect(codeOf(await write())).toBe("forbidden");

    const changed = await changeRole(company, member.id, "purchaser");

    expect(changed.status).toBe(200);
    expect(jsonOf(changed)).toEqual({ id: member.id, role: "purchaser", version: 2, effective_by: expect.any(String) });
    expect(codeOf(await write())).toBe("request-invalid");
    const keys = (await company.get<Items<{ id: string; role: string; member: string }>>("/v1/buyer/keys?limit=200")).items;
    expect(keys.find(({ id }) => id === member.key)).toMatchObject({ role: "purchaser", member: member.id });
  });

  it("keeps its version when it gets the role it has, and 412 comes for who knows an older one", async () => {
    const member = await addMember("viewer");

    const same = await changeRole(company, member.id, "viewer");
    await changeRole(company, member.id, "approver");
    const stale = await changeRole(company, member.id, "purchaser", { "if-match": '"1"' });

    expect(jsonOf(same)).toMatchObject({ version: 1 });
    expect([stale.status, codeOf(stale)]).toEqual([412, "version-stale"]);
    expect(await company.get(`/v1/buyer/members/${member.id}`)).toMatchObject({ role: "approver", version: 2 });
  });

  it("takes its keys along when it is removed, gets neither a role nor a key again, and is still told of", async () => {
    const member = await addMember("owner");
    expect((await member.caller.send("GET", "/v1/buyer/orders")).status).toBe(200);

    const removed = await company.post<{ removed_at: string; effective_by: string }>(`/v1/buyer/members/${member.id}/remove`, {});
    const again = await company.post<{ removed_at: string }>(`/v1/buyer/members/${member.id}/remove`, {});

    expect(Date.parse(removed.effective_by)).toBeGreaterThan(Date.parse(removed.removed_at));
    expect(again.removed_at).toBe(removed.removed_at);
    expect(codeOf(await member.caller.send("GET", "/v1/buyer/orders"))).toBe("unauthenticated");
    expect(codeOf(await changeRole(company, member.id, "viewer"))).toBe("member-removed");
    expect(codeOf(await company.send("POST", `/v1/buyer/members/${member.id}/keys`, { name: "again" }))).toBe("member-removed");
    const listed = (await membersOf(company)).find(({ id }) => id === member.id);
    expect(listed).toMatchObject({ removed_at: removed.removed_at, version: 2 });
    const keys = (await company.get<Items<{ id: string; revoked_at: string | null }>>("/v1/buyer/keys?limit=200")).items;
    expect(keys.find(({ id }) => id === member.key)?.revoked_at).toBe(removed.removed_at);
  });

  it("that is removed places nothing, although another process still knows its key", async () => {
    const offer = await (await market.seller()).offer();
    const member = await addMember("purchaser");
    const other = await market.restart(1);
    const elsewhere = market.caller(member.caller.secret, 1);
    const body = { client_reference: "late", currency: "EUR", payment_method: "on_account", lines: [{ offer: offer.id, quantity: 1 }] };
    expect((await elsewhere.send("GET", "/v1/buyer/orders")).status).toBe(200);
    await company.post(`/v1/buyer/members/${member.id}/remove`, {});

    const placed = await elsewhere.send("POST", "/v1/buyer/checkouts", body);

    expect(codeOf(placed)).toBe("unauthenticated");
    expect((await market.stock(offer)).reserved).toBe(0);
    await other.kill();
  });

  it("takes a role of its own kind of organisation only", async () => {
    const answers = await Promise.all([
      ...["manager", "admin", "fulfilment"].map((role) => company.send("POST", "/v1/buyer/members", { ...robin, role })),
      operator().send("POST", "/v1/operator/members", { ...robin, role: "owner" }),
    ]);

    expect(tally(answers)).toEqual({ "400 request-invalid": 4 });
  });

  it("is managed by owners alone, and those of another organisation are not there", async () => {
    const other = await market.company();
    const member = await addMember("approver");
    const stranger = (await membersOf(other))[0]?.id ?? "";

    const answers = [
      await member.caller.send("GET", "/v1/buyer/members"),
      await member.caller.send("POST", "/v1/buyer/members", { ...robin, role: "viewer" }),
      await company.send("GET", `/v1/buyer/members/${stranger}`),
      await changeRole(company, stranger, "viewer"),
      await company.send("POST", `/v1/buyer/members/${stranger}/remove`, {}),
      await company.send("POST", `/v1/buyer/members/${stranger}/keys`, { name: "mine" }),
    ];

    expect(answers.map(codeOf)).toEqual(["forbidden", "forbidden", "not-found", "not-found", "not-found", "not-found"]);
    expect(await membersOf(other)).toMatchObject([{ id: stranger, role: "owner", removed_at: null }]);
  });
});

describe("An organisation keeps an owner", () => {
  it("whoever asks: the last one is neither removed nor given another role, by an owner or by the operator", async () => {
    const alone = await market.company();
    const [last] = await membersOf(alone);
    const path = `/v1/operator/companies/${alone.id}/members/${last?.id}`;

    const answers = [
      await changeRole(alone, last?.id ?? "", "purchaser"),
      await alone.send("POST", `/v1/buyer/members/${last?.id}/remove`, {}),
      await operator().send("PUT", `${path}/role`, { role: "viewer" }),
      await operator().send("POST", `${path}/remove`, {}),
    ];

    expect(tally(answers)).toEqual({ "409 last-owner": 4 });
    expect(jsonOf(answers[0] ?? answers[1]!)).toMatchObject({ member: last?.id, retry: "new_key" });
    expect(await membersOf(alone)).toMatchObject([{ role: "owner", removed_at: null, version: 1 }]);
  });

  it("lets the first go when there is a second", async () => {
    const alone = await market.company();
    const [first] = await membersOf(alone);
    const second = await addMember("owner", alone);

    await second.caller.post(`/v1/buyer/members/${first?.id}/remove`, {});

    expect((await membersOf(alone)).filter(({ removed_at }) => removed_at === null)).toMatchObject([{ id: second.id }]);
  });

  it("when two owners remove each other at once: one stays, ten times out of ten", async () => {
    for (let round = 0; round < 10; round += 1) {
      const pair = await market.company();
      const [first] = await membersOf(pair);
      const second = await addMember("owner", pair);
      const { secret } = await pair.post<{ secret: string }>(`/v1/buyer/members/${first?.id}/keys`, { name: "first" });
      const line = await openStartLine({ origins: market.origins().slice(0, 1), size: 2 });

      const answers = await line.release([
        market.caller(secret).request("POST", `/v1/buyer/members/${second.id}/remove`, {}),
        second.caller.request("POST", `/v1/buyer/members/${first?.id}/remove`, {}),
      ]);
      line.close();

      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect((await membersOf(pair)).filter(({ removed_at }) => removed_at === null)).toHaveLength(1);
    }
  });
});

describe("Keys of an organisation", () => {
  it("are listed and revoked by its owners; those of others are neither shown nor there", async () => {
    const other = await market.company();
    const member = await addMember("viewer");
    const theirs = (await other.get<Items<{ id: string }>>("/v1/buyer/keys")).items[0]?.id ?? "";

    const foreign = await company.send("POST", `/v1/buyer/keys/${theirs}/revoke`, {});
    const revoked = await company.post(`/v1/buyer/keys/${member.key}/revoke`, {});

    expect(codeOf(foreign)).toBe("not-found");
    expect(revoked).toMatchObject({ id: member.key, effective_by: expect.any(String) });
    expect(codeOf(await member.caller.send("GET", "/v1/buyer/orders"))).toBe("unauthenticated");
    const listed = (await company.get<Items<{ id: string; organisation: string }>>("/v1/buyer/keys?limit=200")).items;
    expect(new Set(listed.map(({ organisation }) => organisation))).toEqual(new Set([company.id]));
    expect((await other.send("GET", "/v1/buyer/orders")).status).toBe(200);
  });
});

describe("The operator's members", () => {
  it("act by keys in their role, and the last live admin's key outlives every change", async () => {
    const admin = await addMember("admin", operator(), "operator");
    const keys = (
      await operator().get<Items<{ id: string; role: string; organisation: string; revoked_at: string | null; member: string | null }>>(
        "/v1/operator/keys?limit=200",
      )
    ).items;
    const alone = keys.find(
      (key) => key.organisation.startsWith("opr_") && key.member === null && key.revoked_at === null && key.role === "admin",
    );
    await admin.caller.post(`/v1/operator/keys/${alone?.id}/revoke`, {});

    const answers = [
      await admin.caller.send("PUT", `/v1/operator/members/${admin.id}/role`, { role: "finance" }),
      await admin.caller.send("POST", `/v1/operator/members/${admin.id}/remove`, {}),
      await admin.caller.send("POST", `/v1/operator/keys/${admin.key}/revoke`, {}),
    ];

    expect(tally(answers)).toEqual({ "409 last-operator-admin": 3 });
    expect(jsonOf(answers[0]!)).toMatchObject({ key: admin.key });
    const { secret } = await admin.caller.post<{ secret: string }>("/v1/operator/keys", { name: "another", role: "admin" });
    expect((await admin.caller.send("PUT", `/v1/operator/members/${admin.id}/role`, { role: "finance" })).status).toBe(200);
    expect(codeOf(await admin.caller.send("GET", "/v1/operator/keys"))).toBe("forbidden");
    expect((await market.caller(secret).send("GET", "/v1/operator/keys")).status).toBe(200);
    expect(await market.caller(secret).get("/v1/operator/doctor")).toMatchObject({ violations: [] });
  });
});
