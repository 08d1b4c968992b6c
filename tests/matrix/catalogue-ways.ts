import { randomUUID } from "node:crypto";
import { example } from "../../src/http/examples.ts";
import type { ExampleMarket } from "../http/example-market.ts";
import type { HttpAnswer } from "../support/http-answer.ts";
import type { OwnMarket } from "../support/market.ts";

const variant = (words: object = {}) => ({ sku: randomUUID(), title: "One", unit: "C62", attributes: {}, ...words });

type Category = { readonly id: string; readonly name: string; readonly slug: string };
const category = (objects: ExampleMarket, parent: string | null = null) =>
  objects.callers.operator.post<Category>("/v1/operator/categories", { name: "One of many", slug: randomUUID(), parent });

/** A way to each refusal of the catalogue. */
export function catalogueWays(market: () => OwnMarket) {
  const product = (objects: ExampleMarket, variants: readonly object[]): Promise<HttpAnswer> =>
    objects.callers.operator.send("POST", "/v1/operator/products", { title: "Another", variants });
  return {
    "gtin-invalid": (objects: ExampleMarket) => product(objects, [variant({ gtin: "4006381333930" })]),
    "gtin-taken": (objects: ExampleMarket) => product(objects, [variant({ gtin: "96385074" }), variant({ gtin: "000096385074" })]),
    "variants-missing": (objects: ExampleMarket) =>
      objects.callers.operator.send("PUT", `/v1/operator/products/${objects.real(example.spareProduct)}`, {
        ...{ title: "Another", variants: [variant()] },
      }),
    "too-many-variants": (objects: ExampleMarket) =>
      objects.callers.operator.send("POST", `/v1/operator/products/${objects.real(example.spareProduct)}/variants`, {
        variants: Array.from({ length: 100 }, () => variant()),
      }),
    "category-circle": async (objects: ExampleMarket) => {
      const { id, name, slug } = await category(objects);
      const { id: below } = await category(objects, id);
      return objects.callers.operator.send("PUT", `/v1/operator/categories/${id}`, { name, slug, parent: below });
    },
    "category-too-deep": async (objects: ExampleMarket) => {
      let parent: string | null = null;
      for (let level = 1; level <= 8; level += 1) parent = (await category(objects, parent)).id;
      return objects.callers.operator.send("POST", "/v1/operator/categories", { name: "Ninth", slug: randomUUID(), parent });
    },
    "too-many-categories": async (objects: ExampleMarket) => {
      const { owner } = market().database;
      await owner(
        `with planted as (select gen_random_uuid() as id from generate_series(1, 5000))
         insert into categories (category_id, slug, name, path, version, changed_at)
         select id, 'planted-' || id, 'Planted', array[id], 1, stoa_now() from planted`,
      );
      const answer = await objects.callers.operator.send("POST", "/v1/operator/categories", { name: "One more", slug: randomUUID() });
      await owner("delete from categories where slug like 'planted-%'");
      return answer;
    },
    "offers-state-conflict": (objects: ExampleMarket) =>
      objects.callers.seller.send("POST", "/v1/seller/offers/bulk/state", { command: "resume", offers: [objects.real(example.offer)] }),
  };
}
