import type { Actor } from "../../kernel/actor.ts";
import type { CategoryId } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { setDeadlines } from "../../platform/jobs/index.ts";
import { recordStep } from "./catalogue-step.ts";
import type { NotFound, SlugTaken, TooManyCategories, UnknownReference } from "./catalog-refusals.ts";
import { type Category, mostCategories, pathBelow, toldCategory } from "./category.ts";
import {
  countCategories,
  findCategory,
  insertCategory,
  levelsOf,
  lockCategory,
  lockTree,
  slugIsTaken,
  updateCategory,
} from "./category-store.ts";
import { categoryWords, rewordSome } from "./category-words.ts";

/** A category as a request gives it; without a parent it is a root. */
export type GivenCategory = { readonly name: string; readonly slug: string; readonly parentId: CategoryId | null };

/**
 * Adds a category.
 *
 * @throws Refused unknown-reference for a parent that is not there; category-too-deep; name-taken for its slug; too-many-categories
 */
export async function createCategory(tx: Transaction, actor: Actor, { name, slug, parentId }: GivenCategory): Promise<Category> {
  const { now, newId } = actor;
  await lockTree(tx);
  if ((await countCategories(tx)) >= mostCategories) {
    throw new Refused<TooManyCategories>({ code: "too-many-categories", most: mostCategories });
  }
  const categoryId = newId<CategoryId>(now);
  const path = pathBelow(await parentOf(tx, parentId), { categoryId, levels: 1 });
  const category: Category = { categoryId, parentId, slug, name, path, version: 1, changedAt: now };
  if (!(await insertCategory(tx, category))) refuseSlug();
  await recordStep(tx, actor, stepOf("category.created", undefined, category), true);
  return category;
}

/**
 * Renames a category, or moves it with all below it. What is so already changes nothing and keeps the version. Its first products are found
 * by the new name at once, the others when the sweeper has come to them.
 *
 * @throws Refused not-found; what `judge` throws; unknown-reference; category-circle, category-too-deep; name-taken for its slug
 */
export async function changeCategory(
  tx: Transaction,
  actor: Actor,
  asked: GivenCategory & { readonly categoryId: CategoryId; readonly judge: (version: number) => void },
): Promise<Category> {
  const { categoryId, name, slug, parentId, judge } = asked;
  await lockTree(tx);
  const before = await lockCategory(tx, categoryId);
  if (before === undefined) throw new Refused<NotFound>({ code: "not-found" });
  judge(before.version);
  const moves = parentId !== before.parentId;
  if (!moves && name === before.name && slug === before.slug) {
    await recordStep(tx, actor, stepOf("category.changed", before, before), false);
    return before;
  }
  const path = moves ? pathBelow(await parentOf(tx, parentId), { categoryId, levels: await levelsOf(tx, before) }) : before.path;
  if (slug !== before.slug && (await slugIsTaken(tx, { slug, categoryId }))) refuseSlug();
  const after: Category = { categoryId, parentId, slug, name, path, version: before.version + 1, changedAt: actor.now };
  await updateCategory(tx, before, after);
  if (name !== before.name && (await rewordSome(tx, { categoryId, name })) !== undefined) {
    await setDeadlines(tx, [categoryWords(actor.principal.organisationId, categoryId, actor.now)]);
  }
  await recordStep(tx, actor, stepOf("category.changed", before, after), true);
  return after;
}

async function parentOf(tx: Transaction, parentId: CategoryId | null): Promise<Category | undefined> {
  if (parentId === null) return undefined;
  const parent = await findCategory(tx, parentId);
  if (parent !== undefined) return parent;
  const errors = [{ pointer: "/parent", detail: "no category has this id" }];
  throw new Refused<UnknownReference>({ code: "unknown-reference", errors });
}

function refuseSlug(): never {
  throw new Refused<SlugTaken>({ code: "name-taken", pointer: "/slug" });
}

function stepOf(type: string, before: Category | undefined, after: Category) {
  return {
    type,
    subjectType: "category",
    subjectId: after.categoryId,
    version: after.version,
    ...(before === undefined ? {} : { before: toldCategory(before) }),
    after: toldCategory(after),
  } as const;
}
