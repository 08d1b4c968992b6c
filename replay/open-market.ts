import { createHash } from "node:crypto";
import { expectStatus, textAt } from "./api.ts";
import { isInUnion } from "./countries.ts";
import type { History } from "./history.ts";
import { inParallel } from "./in-parallel.ts";
import { type Means, type OpenedMarket, type OpenedParty, type OpenedSeller, setupWidth } from "./market.ts";
import { openGoods } from "./open-goods.ts";
import { agreeTerms, introduceOperator } from "./open-terms.ts";
import { startProgress } from "./progress.ts";

/** More than any company of the files ever owes. */
const creditLimit = 1_000_000_000_000;

/** Makes the sellers, companies, goods, freight plans, offers and stock that a history needs, by the public API alone. */
export async function openMarket(history: History, means: Means): Promise<OpenedMarket> {
  const { api, operatorKey } = means;
  const { code, ratePpm, validFrom } = history.tax;
  const rate = { country: history.country, category: "replayed", code, rate_ppm: ratePpm, valid_from: validFrom };
  const answer = await api.write(operatorKey, "/v1/operator/tax-rates", `${means.run}tax-${history.name}`, rate);
  if (answer.body["code"] !== "tax-rate-exists") expectStatus(answer, 201);
  const account = await introduceOperator(history, means);
  const companies = await openCompanies(history, means);
  const sellers = await openSellers(history, means);
  await agreeTerms(history, sellers, means);
  const offers = await openGoods(history, sellers, means);
  return { sellers, companies, offers, account, begunOn: answer.at.toISOString().slice(0, 10) };
}

async function openCompanies(history: History, means: Means): Promise<Map<string, OpenedParty>> {
  const { api, operatorKey, run } = means;
  const countries = new Map(history.orders.map(({ customer, country }) => [customer, country]));
  const companies = new Map<string, OpenedParty>();
  const progress = startProgress(`${history.name}: companies`, countries.size);
  await inParallel([...countries], setupWidth, async ([name, country]) => {
    const opened = await openParty("companies", { name, country, more: {} }, history, means);
    const account = `/v1/operator/companies/${opened.id}`;
    const credit = { currency: history.currency, limit: { amount: creditLimit, currency: history.currency } };
    expectStatus(await api.write(operatorKey, `${account}/credit-accounts`, `${run}credit-${opened.id}`, credit), 201);
    // Across the Union's border the market asks who buys: by a tax number that was found valid.
    if (country !== history.country && isInUnion(country)) {
      const check = { evidence: "of the replay" };
      expectStatus(await api.write(operatorKey, `${account}/tax-numbers/${country}/check`, `${run}check-${opened.id}`, check), 200);
    }
    companies.set(name, opened);
    progress.tick();
  });
  progress.end();
  return companies;
}

async function openSellers(history: History, means: Means): Promise<Map<string, OpenedSeller>> {
  const { country } = history;
  const names = new Set(history.orders.flatMap(({ lines }) => lines.map(({ seller }) => seller)));
  const sellers = new Map<string, OpenedSeller>();
  const progress = startProgress(`${history.name}: sellers`, names.size);
  await inParallel([...names], setupWidth, async (name) => {
    // A prefix is unique in its market, and nothing else but the name tells sellers of repeated runs apart.
    const series = createHash("sha256").update(`${means.run}${history.name}${name}`).digest("hex").slice(0, 8).toUpperCase();
    const opened = await openParty("sellers", { name, country, more: { mandate: true, series_prefix: series } }, history, means);
    const place = { name: `${means.run}Main`, country };
    const location = await means.api.write(opened.key, "/v1/seller/locations", `${means.run}location`, place);
    sellers.set(name, { ...opened, location: textAt(expectStatus(location, 201), "id") });
    progress.tick();
  });
  progress.end();
  return sellers;
}

async function openParty(
  kind: "sellers" | "companies",
  { name, country, more }: { readonly name: string; readonly country: string; readonly more: Readonly<Record<string, unknown>> },
  history: History,
  { api, operatorKey, run }: Means,
): Promise<OpenedParty> {
  const party = {
    ...{ name: `${run}${name}`, address: { street: "Replay 1", city: "Replay", postal_code: "00000", country } },
    ...{ contact: { name: "Replay", email: "replay@example.org" }, tax_number: `${country}123456789`, activate: true, ...more },
  };
  const made = expectStatus(await api.write(operatorKey, `/v1/operator/${kind}`, `${run}${kind}-${history.name}-${name}`, party), 201);
  const id = textAt(made, "id");
  const key = { name: "replay", role: "owner" };
  const issued = expectStatus(await api.write(operatorKey, `/v1/operator/${kind}/${id}/keys`, `${run}key-${id}`, key), 201);
  return { id, key: textAt(issued, "secret") };
}
