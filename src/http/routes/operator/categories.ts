import Type from "typebox";
import {
  type Category,
  changeCategory,
  createCategory,
  findCategory,
  inTreeOrder,
  listCategories,
  mostCategories,
  toldCategory,
} from "../../../modules/catalog/index.ts";
import { checkVersion, idInBody, idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, idOf, listOf, name } from "../../shapes.ts";
import { categorySample, keptCategory, slug } from "../category-shapes.ts";

const path = "/categories/{id}";
const params = closed({ id: idOf("category") });
const given = closed({ name: name(100), slug, parent: Type.Optional(Type.Union([idOf("category"), Type.Null()])) });
const sample = { ...categorySample, version: 1 };

function categoryOf({ name: called, slug: asked, parent = null }: { name: string; slug: string; parent?: string | null }) {
  return { name: called, slug: asked, parentId: parent === null ? null : idInBody("category", parent, "/parent") };
}

const answer = (category: Category) => ({ body: toldCategory(category), version: category.version });

export const operatorCategoryOperations: readonly Operation[] = [
  operation({
    kind: "write",
    method: "POST",
    status: 201,
    scope: "operator",
    locks: ["category"],
    id: "operator.categories.create",
    path: "/categories",
    summary: "Add a category",
    body: given,
    response: keptCategory,
    refusals: ["unknown-reference", "category-too-deep", "name-taken", "too-many-categories"],
    example: { body: { name: "Nuts", slug: "nuts" }, response: { ...sample, name: "Nuts", slug: "nuts" } },
    async work(tx, call) {
      const made = await createCategory(tx, call, categoryOf(call.body));
      return { ...answer(made), location: `/v1/operator/categories/${toldCategory(made).id}` };
    },
  }),
  operation({
    kind: "write",
    method: "PUT",
    status: 200,
    scope: "operator",
    locks: ["category", "product", "deadline"],
    id: "operator.categories.change",
    path,
    summary: "Rename a category, or move it with all below it",
    params,
    body: given,
    response: keptCategory,
    refusals: ["not-found", "version-stale", "unknown-reference", "category-circle", "category-too-deep", "name-taken"],
    example: {
      params: { id: example.category },
      body: { name: "Screws and bolts", slug: "screws-and-bolts" },
      response: { ...sample, name: "Screws and bolts", slug: "screws-and-bolts", version: 2 },
    },
    async work(tx, call) {
      const judge = (current: number) => checkVersion(call, current);
      const categoryId = idInPath("category", call.params.id);
      return answer(await changeCategory(tx, call, { ...categoryOf(call.body), categoryId, judge }));
    },
  }),
  operation({
    kind: "read",
    scope: "operator",
    id: "operator.categories.read",
    path,
    summary: "Read a category",
    params,
    response: keptCategory,
    refusals: [],
    example: { params: { id: example.category }, response: sample },
    async read(reader, call) {
      return answer((await findCategory(reader, idInPath("category", call.params.id))) ?? refuseNotFound());
    },
  }),
  operation({
    kind: "read",
    scope: "operator",
    id: "operator.categories.list",
    path: "/categories",
    summary: "List all categories as a tree: each before those below it",
    response: closed({ items: listOf(keptCategory, 0, mostCategories) }),
    refusals: [],
    example: { response: { items: [sample] } },
    async read(reader) {
      return { body: { items: inTreeOrder(await listCategories(reader)).map(toldCategory) } };
    },
  }),
];
