import { createProduct, findProduct, listProducts, shownProduct } from "../../../modules/catalog/index.ts";
import { idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { attributes, closed, idOf, listOf, text } from "../../shapes.ts";

const words = { sku: text(64), title: text(200), unit: text(20, "What a quantity counts, best by UN/ECE Recommendation 20"), attributes };
const product = closed({ id: idOf("product"), title: text(200), variants: listOf(closed({ id: idOf("variant"), ...words }), 1, 100) });
const sample = {
  id: example.product,
  title: "Hexagon bolt M8",
  variants: [{ id: example.variant, sku: example.sku, title: "M8 x 40, A2", unit: "C62", attributes: { material: "A2" } }],
};

export const operatorProductOperations: readonly Operation[] = [
  operation({
    kind: "write",
    method: "POST",
    status: 201,
    scope: "operator",
    id: "operator.products.create",
    path: "/products",
    summary: "Add a product with its variants",
    body: closed({ title: text(200), variants: listOf(closed(words), 1, 100) }),
    response: product,
    refusals: ["sku-taken"],
    example: {
      body: {
        title: "Hexagon bolt M10",
        variants: [{ sku: "BOLT-M10-60", title: "M10 x 60, A2", unit: "C62", attributes: { material: "A2" } }],
      },
      response: sample,
    },
    async work(tx, call) {
      const made = shownProduct(await createProduct(tx, call, call.body));
      return { body: made, location: `/v1/operator/products/${made.id}` };
    },
  }),
  operation({
    kind: "read",
    scope: "operator",
    id: "operator.products.read",
    path: "/products/{id}",
    summary: "Read a product with its variants",
    params: closed({ id: idOf("product") }),
    response: product,
    refusals: [],
    example: { params: { id: example.product }, response: sample },
    async read(reader, call) {
      return { body: shownProduct((await findProduct(reader, idInPath("product", call.params.id))) ?? refuseNotFound()) };
    },
  }),
  list({
    id: "operator.products.list",
    path: "/products",
    summary: "List products with their variants",
    scope: "operator",
    item: product,
    example: { item: sample },
    rows: async (reader, _call, window) =>
      (await listProducts(reader, window)).map((found) => ({ at: [found.productId], item: shownProduct(found) })),
  }),
];
