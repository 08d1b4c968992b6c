import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import { tally } from "../support/caller.ts";
import { newId } from "../http/small-server.ts";
import {
  type CatalogueCompany,
  type CatalogueMarket,
  type CatalogueSeller,
  givenVariant,
  offered,
  offerRow,
  openCatalogueMarket,
  type ShownProduct,
  uuidOf,
} from "./catalogue-market.ts";

let market: CatalogueMarket;
beforeAll(async () => {
  market = await openCatalogueMarket();
});
afterAll(() => market.close());

const eur = (amount: number) => ({ amount, currency: "EUR" });

type Agreed = {
  readonly offer: string;
  readonly price: number;
  readonly from?: string;
  readonly until?: string;
  readonly currency?: string;
};

/** A price list of a seller for a company, planted. */
async function agree(
  seller: CatalogueSeller,
  company: CatalogueCompany,
  { offer, price, from, until, currency = "EUR" }: Agreed,
): Promise<void> {
  const id = newId(1_795_000_000_000);
  await market.test.owner(
    `insert into price_lists (seller_id, price_list_id, name, currency, valid_from, valid_until, version, changed_at)
     values ($1, $2, $3, $4, coalesce($5::date, stoa_now()::date - 1), $6::date, 1, stoa_now())`,
    [seller.uuid, id, `List ${id}`, currency, from ?? null, until ?? null],
  );
  await market.test.owner("insert into price_list_companies values ($1, $2, $3)", [seller.uuid, id, company.uuid]);
  await market.test.owner(
    `insert into price_list_prices (seller_id, price_list_id, offer_id, unit_price, tier_quantities, tier_prices)
     values ($1, $2, $3, $4, '{10}', array[$4::bigint - 1])`,
    [seller.uuid, id, uuidOf(offer), price],
  );
}

async function forSale(seller: CatalogueSeller, title: string) {
  const variant = givenVariant();
  const { id } = await market.operator.post<ShownProduct>("/v1/operator/products", { title, variants: [variant] });
  const offers = await offered(seller, [offerRow(`${variant.sku} A`, variant.sku), offerRow(`${variant.sku} B`, variant.sku)]);
  return { id, offers, first: offers[0] ?? "", second: offers[1] ?? "" };
}

type Page = { readonly variants: readonly { readonly offers: readonly { readonly id: string; readonly agreed: readonly object[] }[] }[] };
const agreedOf = async (company: CatalogueCompany, id: string) => {
  const { variants } = await company.get<Page>(`/v1/buyer/products/${id}`);
  return Object.fromEntries(variants.flatMap(({ offers }) => offers).map((offer) => [offer.id, offer.agreed]));
};

describe("A company's catalogue", () => {
  it("shows the prices that are agreed with it and hold today, the lowest first, and no one else's", async () => {
    const [seller, company, stranger] = [await market.seller(), await market.company(), await market.company()];
    const { id, first, second } = await forSale(seller, "Agreed");
    await agree(seller, company, { offer: first, price: 900, until: "2999-01-01" });
    await agree(seller, company, { offer: first, price: 800 });
    await agree(seller, company, { offer: first, price: 700, from: "2999-01-01" });
    await agree(seller, company, { offer: first, price: 600, from: "2001-01-01", until: "2002-01-01" });
    await agree(seller, company, { offer: first, price: 500, currency: "SEK" });
    await agree(seller, stranger, { offer: second, price: 400 });

    expect(await agreedOf(company, id)).toEqual({
      [first]: [
        {
          price_list: expect.stringMatching(/^prl_/),
          unit_price: eur(800),
          tiers: [{ from_quantity: 10, unit_price: eur(799) }],
          valid_until: null,
        },
        expect.objectContaining({ unit_price: eur(900), valid_until: "2999-01-01" }),
      ],
      [second]: [],
    });
    expect(await agreedOf(stranger, id)).toEqual({ [first]: [], [second]: [expect.objectContaining({ unit_price: eur(400) })] });
    const open = jsonOf<{ variants: { offers: object[] }[] }>(await market.stranger.send("GET", `/v1/public/products/${id}`));
    expect(JSON.stringify(open)).not.toContain("agreed");
  });

  it("is searched with the lowest agreed price of each product", async () => {
    const [seller, company] = [await market.seller(), await market.company()];
    const [sealed, plain] = [await forSale(seller, "Sealing ring"), await forSale(seller, "Sealing tape")];
    await agree(seller, company, { offer: sealed.first, price: 900 });
    await agree(seller, company, { offer: sealed.second, price: 850 });

    const { items, match } = await company.get<{ items: { id: string; agreed_prices: object[] }[]; match: string }>(
      "/v1/buyer/search?q=sealing%20",
    );

    expect(match).toMatch(/words|likeness/);
    expect(new Map(items.map((item) => [item.id, item.agreed_prices]))).toEqual(
      new Map([
        [plain.id, []],
        [sealed.id, [{ offer: sealed.second, unit_price: eur(850), price_per: 1 }]],
      ]),
    );
  });

  it("has no product that nobody can buy", async () => {
    const [seller, company] = [await market.seller(), await market.company()];
    const { id, offers } = await forSale(seller, "Hidden");
    await seller.post("/v1/seller/offers/bulk/state", { command: "archive", offers });

    const answers = await Promise.all(
      [id, "prd_01k9zv3n7gfx1t0c5r2m8q4zzz"].map((each) => company.send("GET", `/v1/buyer/products/${each}`)),
    );

    expect(tally(answers)).toEqual({ "404 not-found": 2 });
  });

  it("asks for a company's key", async () => {
    const seller = await market.seller();
    const { id } = await forSale(seller, "Locked");

    const answers = [
      await market.stranger.send("GET", `/v1/buyer/products/${id}`),
      await seller.send("GET", `/v1/buyer/products/${id}`),
      await seller.send("GET", "/v1/buyer/search?q=x"),
    ];

    expect(tally(answers)).toEqual({ "401 unauthenticated": 1, "403 forbidden": 2 });
  });
});
