import Type, { type Static } from "typebox";
import { toRfc3339 } from "../../../kernel/clock.ts";
import {
  addVariants,
  changeProduct,
  createProduct,
  findProduct,
  type GivenProduct,
  type GivenVariant,
  listCategories,
  listProducts,
  mostVariants,
  type Product,
  shownProduct,
  withdrawProduct,
} from "../../../modules/catalog/index.ts";
import { effectiveBy } from "../../../modules/identity/index.ts";
import { checkVersion, idInBody, idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, idOf, instant, listOf, oneOf, text } from "../../shapes.ts";
import { givenProduct, givenVariant, product, productSample } from "../product-shapes.ts";

const path = "/products/{id}";
const params = closed({ id: idOf("product") });
const codeRefusals = ["gtin-invalid", "sku-taken", "gtin-taken"] as const;
const moved = closed({ ...product.properties, effective_by: instant });

function variantOf({ weight_grams, ...words }: Static<typeof givenVariant>): GivenVariant {
  return { ...words, weightGrams: weight_grams };
}

function productOf({ category, variants, ...words }: Static<typeof givenProduct>): GivenProduct {
  const categoryId = typeof category === "string" ? idInBody("category", category, "/category") : category;
  return { ...words, categoryId, variants: variants.map(variantOf) };
}

const answer = (changed: Product) => ({ body: shownProduct(changed), version: changed.version });

// A checkout that is being placed now may have read the product before.
const effectively = (changed: Product) => ({
  body: { ...shownProduct(changed), effective_by: toRfc3339(effectiveBy(changed.changedAt)) },
  version: changed.version,
});

function withdrawal(event: "withdraw" | "restore", summary: string): Operation {
  const withdrawn = event === "withdraw";
  return operation({
    kind: "write",
    method: "POST",
    status: 200,
    scope: "operator",
    locks: ["product"],
    id: `operator.products.${event}`,
    path: `${path}/${event}`,
    summary,
    params,
    body: closed({ reason: text(500, "Why; kept in the audit trail") }),
    response: moved,
    refusals: ["not-found", "version-stale", "state-conflict"],
    example: {
      params: { id: withdrawn ? example.spareProduct : example.withdrawnProduct },
      body: { reason: withdrawn ? "Recalled by its maker" : "The maker has replaced the lot" },
      response: {
        ...{ ...productSample, id: withdrawn ? example.spareProduct : example.withdrawnProduct, version: withdrawn ? 2 : 3 },
        ...{ withdrawn_at: withdrawn ? example.time : null, allowed_actions: ["change", withdrawn ? "restore" : "withdraw"] },
        effective_by: example.time,
      },
    },
    async work(tx, call) {
      const productId = idInPath("product", call.params.id);
      const judge = (current: number) => checkVersion(call, current);
      return effectively(await withdrawProduct(tx, call, { productId, event, reason: call.body.reason, judge }));
    },
  });
}

export const operatorProductOperations: readonly Operation[] = [
  operation({
    kind: "write",
    method: "POST",
    status: 201,
    scope: "operator",
    locks: ["category", "product"],
    id: "operator.products.create",
    path: "/products",
    summary: "Add a product with its variants",
    body: givenProduct,
    response: product,
    refusals: [...codeRefusals, "unknown-reference"],
    example: {
      body: {
        title: "Hexagon bolt M10",
        variants: [{ sku: "BOLT-M10-60", title: "M10 x 60, A2", unit: "C62", attributes: { material: "A2" } }],
      },
      response: productSample,
    },
    async work(tx, call) {
      const made = await createProduct(tx, call, productOf(call.body));
      return { ...answer(made), location: `/v1/operator/products/${shownProduct(made).id}` };
    },
  }),
  operation({
    kind: "write",
    method: "PUT",
    status: 200,
    scope: "operator",
    locks: ["category", "product"],
    id: "operator.products.change",
    path,
    summary: "Say anew what a product and its variants are; variants go by their SKUs",
    params,
    body: givenProduct,
    response: product,
    refusals: ["not-found", "version-stale", "variants-missing", ...codeRefusals, "unknown-reference"],
    example: {
      params: { id: example.product },
      body: {
        title: "Hexagon bolt M8",
        variants: [{ sku: example.sku, title: "M8 x 40, A2", unit: "C62", attributes: { material: "A2" } }],
      },
      response: { ...productSample, version: 2 },
    },
    async work(tx, call) {
      const judge = (current: number) => checkVersion(call, current);
      return answer(await changeProduct(tx, call, { ...productOf(call.body), productId: idInPath("product", call.params.id), judge }));
    },
  }),
  operation({
    kind: "write",
    method: "POST",
    status: 200,
    scope: "operator",
    locks: ["product"],
    id: "operator.products.add-variants",
    path: `${path}/variants`,
    summary: "Give a product more variants",
    params,
    body: closed({ variants: listOf(givenVariant, 1, mostVariants) }),
    response: product,
    refusals: ["not-found", "version-stale", "too-many-variants", ...codeRefusals],
    example: {
      params: { id: example.spareProduct },
      body: { variants: [{ sku: "BOLT-M8-60", title: "M8 x 60, A2", unit: "C62", attributes: { material: "A2", length: "60 mm" } }] },
      response: { ...productSample, id: example.spareProduct, version: 2 },
    },
    async work(tx, call) {
      const judge = (current: number) => checkVersion(call, current);
      const variants = call.body.variants.map(variantOf);
      return answer(await addVariants(tx, call, { productId: idInPath("product", call.params.id), variants, judge }));
    },
  }),
  withdrawal("withdraw", "Withdraw a product for safety: nobody can buy it, whoever offers it"),
  withdrawal("restore", "Give a withdrawn product back for sale"),
  operation({
    kind: "read",
    scope: "operator",
    id: "operator.products.read",
    path,
    summary: "Read a product with its variants",
    params,
    response: product,
    refusals: [],
    example: { params: { id: example.product }, response: productSample },
    async read(reader, call) {
      return answer((await findProduct(reader, idInPath("product", call.params.id))) ?? refuseNotFound());
    },
  }),
  list({
    id: "operator.products.list",
    path: "/products",
    summary: "List products with their variants",
    scope: "operator",
    filters: closed({
      category: Type.Optional(idOf("category")),
      withdrawn: Type.Optional(oneOf(["true", "false"])),
    }),
    item: product,
    example: { query: { withdrawn: "false" }, item: productSample },
    rows: async (reader, call, window) => {
      const { category, withdrawn } = call.query;
      const categoryIds = category === undefined ? null : await categoriesBelow(reader, category);
      const found = await listProducts(reader, window, { categoryIds, withdrawn: withdrawn === undefined ? null : withdrawn === "true" });
      return found.map((each) => ({ at: [each.productId], item: shownProduct(each) }));
    },
  }),
];

/** The category of a query and all below it. */
async function categoriesBelow(reader: Parameters<typeof listCategories>[0], category: string) {
  const categoryId = idInBody("category", category, "/category");
  return (await listCategories(reader)).filter(({ path: above }) => above.includes(categoryId)).map(({ categoryId: id }) => id);
}
