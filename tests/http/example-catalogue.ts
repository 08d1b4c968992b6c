import { randomUUID } from "node:crypto";
import { example } from "../../src/http/examples.ts";
import type { Caller } from "../support/caller.ts";

const variant = () => ({ sku: randomUUID(), title: "One", unit: "C62", attributes: {} });

/** What `exampleCatalogue` makes, by the names of the reference. */
export const catalogueExamples = [
  ...[example.category, example.spareProduct, example.withdrawnProduct, example.draftOffer, example.pausedOffer],
];

/** A category, a product of which nothing was sold and one that is withdrawn, and offers in states of their own. */
export async function exampleCatalogue(operator: Caller, seller: Caller): Promise<ReadonlyMap<string, string>> {
  const category = await operator.post<{ id: string }>("/v1/operator/categories", { name: "Bolts", slug: randomUUID() });
  const product = () =>
    operator.post<{ id: string }>("/v1/operator/products", { title: "Hexagon nut M8", category: category.id, variants: [variant()] });
  const [spare, withdrawn] = [await product(), await product()];
  await operator.post(`/v1/operator/products/${withdrawn.id}/withdraw`, { reason: "Recalled by its maker" });
  const row = { sku: example.sku, currency: "EUR", unit_price: { amount: 12_000, currency: "EUR" }, tax_category: "standard" };
  const { results } = await seller.post<{ results: { id: string }[] }>("/v1/seller/offers/bulk", {
    offers: [
      { ...row, reference: "draft", state: "draft" },
      { ...row, reference: "paused" },
    ],
  });
  const [draft = "", paused = ""] = results.map(({ id }) => id);
  await seller.post(`/v1/seller/offers/${paused}/pause`, {});
  return new Map<string, string>([
    [example.category, category.id],
    [example.spareProduct, spare.id],
    [example.withdrawnProduct, withdrawn.id],
    [example.draftOffer, draft],
    [example.pausedOffer, paused],
  ]);
}
