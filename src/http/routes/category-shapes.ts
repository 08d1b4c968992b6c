import Type from "typebox";
import { deepestCategory } from "../../modules/catalog/index.ts";
import { example } from "../examples.ts";
import { closed, idOf, name, version } from "../shapes.ts";

/** The last part of a category's address: words of lower-case letters and digits with hyphens between them. */
export const slug = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: "^[a-z0-9]+(-[a-z0-9]+)*$",
  description: "Lower-case letters and digits with single hyphens between them; unique",
});

/** A category as everybody may see it. */
export const category = closed({
  id: idOf("category"),
  parent: Type.Union([idOf("category"), Type.Null()]),
  slug,
  name: name(100),
  path: Type.Array(idOf("category"), { minItems: 1, maxItems: deepestCategory, description: "From the root down to the category itself" }),
});

/** A category as the operator sees it. */
export const keptCategory = closed({ ...category.properties, version });

/** A category of the reference. */
export const categorySample = { id: example.category, parent: null, slug: "bolts", name: "Bolts", path: [example.category] };
