import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import { codeOf, tally } from "../support/caller.ts";
import type { HttpAnswer } from "../support/http-answer.ts";
import { openMarket, type OwnMarket } from "../support/market.ts";
import { recordedOf } from "./recorded.ts";

let market: OwnMarket;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

const rates = "/v1/operator/tax-rates";
type Rate = { readonly id: string; readonly valid_until: string | null };

let categories = 0;
function terms(changes: Record<string, unknown> = {}): Record<string, unknown> {
  categories += 1;
  return { country: "AT", category: `category ${categories}`, code: "S", rate_ppm: 200_000, valid_from: "2020-01-01", ...changes };
}
const enter = (changes: Record<string, unknown> = {}) => market.operator.send("POST", rates, terms(changes));
const end = (id: string, day: string) => market.operator.send("POST", `${rates}/${id}/end`, { valid_until: day });
const pointersOf = (answer: HttpAnswer) => jsonOf<{ errors?: { pointer: string }[] }>(answer).errors?.map(({ pointer }) => pointer);

async function today(): Promise<string> {
  const [row] = await market.database.owner<{ day: string }>("select (stoa_now() at time zone 'UTC')::date::text as day");
  return row?.day ?? "";
}
const dayAfter = (day: string, count: number) => new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);

describe("A tax rate", () => {
  it.each([
    { code: "S", rate_ppm: 200_000, exemption_code: null, exemption_text: null },
    { code: "Z", rate_ppm: 0, exemption_code: null, exemption_text: null },
    { code: "E", rate_ppm: 0, exemption_code: "VATEX-EU-132-1I", exemption_text: "Exempt: education" },
    { code: "AE", rate_ppm: 0, exemption_code: "VATEX-EU-AE", exemption_text: "Reverse charge" },
    { code: "O", rate_ppm: 0, exemption_code: null, exemption_text: "Not subject to VAT" },
  ])("of code $code is shown with why no tax is charged", async ({ exemption_code: code, exemption_text: words, ...rate }) => {
    const answer = await enter({
      ...rate,
      ...(code === null ? {} : { exemption_code: code }),
      ...(words === null ? {} : { exemption_text: words }),
    });

    const made = jsonOf<Rate>(answer);
    expect([answer.status, made]).toMatchObject([201, { ...rate, exemption_code: code, exemption_text: words, valid_until: null }]);
    const { items } = await market.operator.get<{ items: Rate[] }>(`${rates}?limit=1`);
    expect(items).toEqual([made]);
    expect(await recordedOf(market, made.id)).toEqual(["tax_rate.created 1, told nobody else, audited 1"]);
  });

  it.each([
    [{ rate_ppm: 0 }, ["/rate_ppm"]],
    [{ code: "Z" }, ["/rate_ppm"]],
    [{ code: "E", exemption_text: "Exempt" }, ["/rate_ppm"]],
    [{ code: "AE", rate_ppm: 0 }, ["/exemption_text"]],
    [{ code: "O", rate_ppm: 0, exemption_code: "VATEX-EU-O" }, ["/exemption_text"]],
    [{ exemption_text: "Exempt" }, ["/exemption_text"]],
    [{ code: "Z", rate_ppm: 0, exemption_code: "VATEX-EU-G" }, ["/exemption_code"]],
    [{ code: "E", rate_ppm: 0, exemption_text: "Exempt", exemption_code: "education" }, ["/exemption_code"]],
    [{ code: "E", rate_ppm: 0, exemption_text: "Exempt", exemption_code: "VATEX-EU" }, ["/exemption_code"]],
    [{ code: "K", rate_ppm: 0 }, ["/code"]],
    [{ valid_from: "2021-02-29" }, ["/valid_from"]],
    [{ valid_until: "2020-01-01" }, ["/valid_until"]],
  ])("is refused as %j", async (changes, pointers) => {
    const answer = await enter(changes);

    expect([answer.status, codeOf(answer), pointersOf(answer)]).toEqual([400, "request-invalid", pointers]);
  });

  it("without an end gets one, today at the earliest, and is told and audited with what it was", async () => {
    const now = await today();
    const rate = jsonOf<Rate>(await enter());

    const refused = await Promise.all([end(rate.id, dayAfter(now, -1)), end(rate.id, "2019-12-31"), end(rate.id, "2027-02-29")]);
    const ended = await end(rate.id, now);

    expect(refused.map((answer) => [answer.status, codeOf(answer), new Set(pointersOf(answer))])).toEqual(
      refused.map(() => [400, "request-invalid", new Set(["/valid_until"])]),
    );
    expect([ended.status, jsonOf(ended)]).toEqual([200, { ...rate, valid_until: now }]);
    expect(await recordedOf(market, rate.id)).toEqual([
      "tax_rate.created 1, told nobody else, audited 1",
      "tax_rate.ended 2, told nobody else, audited 1",
    ]);
    const { items } = await market.operator.get<{ items: { before: Rate; after: Rate }[] }>("/v1/operator/audit?limit=1");
    expect(items[0]).toMatchObject({ before: { valid_until: null }, after: { valid_until: now } });
  });

  it("that has an end keeps it", async () => {
    const later = dayAfter(await today(), 30);
    const announced = jsonOf<Rate>(await enter({ valid_until: later }));
    const once = jsonOf<Rate>(await enter());
    expect((await end(once.id, later)).status).toBe(200);

    const answers = [await end(announced.id, dayAfter(later, 1)), await end(once.id, dayAfter(later, -1))];

    expect(tally(answers)).toEqual({ "409 tax-rate-ended": 2 });
    expect(answers.map((answer) => jsonOf<Rate>(answer).valid_until)).toEqual([later, later]);
  });

  it("does not end behind the first day of one that takes over from it", async () => {
    const next = dayAfter(await today(), 30);
    const category = "category of two";
    const first = jsonOf<Rate>(await enter({ category }));
    const second = jsonOf<Rate>(await enter({ category, valid_from: next }));

    const met = await end(first.id, dayAfter(next, 1));

    expect([met.status, jsonOf(met)]).toMatchObject([409, { code: "tax-rate-exists", tax_rate: second.id }]);
    expect((await end(first.id, next)).status).toBe(200);
  });
});
