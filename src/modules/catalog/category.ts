import type { Instant } from "../../kernel/clock.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { CategoryId } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import type { CategoryCircle, CategoryTooDeep } from "./catalog-refusals.ts";

/** How many categories a path from the root down may have. */
export const deepestCategory = 8;

/** How many categories there may be, so that the whole tree fits into one answer. */
export const mostCategories = 5_000;

/** A heading of the catalogue. `path` goes from the root down to the category itself. */
export type Category = {
  readonly categoryId: CategoryId;
  readonly parentId: CategoryId | null;
  readonly slug: string;
  readonly name: string;
  readonly path: readonly CategoryId[];
  readonly version: number;
  readonly changedAt: Instant;
};

/**
 * Where a category lies that stands below `parent`; `levels` is how many the category has with all below it, itself included.
 *
 * @throws Refused category-circle, category-too-deep
 */
export function pathBelow(
  parent: Pick<Category, "path"> | undefined,
  { categoryId, levels }: { readonly categoryId: CategoryId; readonly levels: number },
): readonly CategoryId[] {
  const above = parent?.path ?? [];
  if (above.includes(categoryId)) throw new Refused<CategoryCircle>({ code: "category-circle", pointer: "/parent" });
  if (above.length + levels > deepestCategory) {
    throw new Refused<CategoryTooDeep>({ code: "category-too-deep", deepest: deepestCategory, pointer: "/parent" });
  }
  return [...above, categoryId];
}

/** The categories as a tree is read: each before those below it, those of one parent by name. */
export function inTreeOrder<C extends Pick<Category, "categoryId" | "parentId" | "name">>(categories: readonly C[]): readonly C[] {
  const below = new Map<CategoryId | null, C[]>();
  for (const category of categories.toSorted((a, b) => compare(a.name, b.name) || compare(a.categoryId, b.categoryId))) {
    const siblings = below.get(category.parentId);
    if (siblings === undefined) below.set(category.parentId, [category]);
    else siblings.push(category);
  }
  const walk = (parent: CategoryId | null): readonly C[] =>
    (below.get(parent) ?? []).flatMap((category) => [category, ...walk(category.categoryId)]);
  return walk(null);
}

// By code points: the same order on every machine, whatever its locale.
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A category as everybody may see it. */
export function shownCategory({ categoryId, parentId, slug, name, path }: Omit<Category, "version" | "changedAt">) {
  return {
    id: toWireId(prefixes.category, categoryId),
    parent: parentId === null ? null : toWireId(prefixes.category, parentId),
    ...{ slug, name },
    path: path.map((id) => toWireId(prefixes.category, id)),
  };
}

/** A category as the operator sees it, and as events and audit entries tell it. */
export function toldCategory(category: Category) {
  return { ...shownCategory(category), version: category.version };
}
