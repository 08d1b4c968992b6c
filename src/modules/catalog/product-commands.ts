import type { Instant } from "../../kernel/clock.ts";
import type { ApiKeyId, AuditId, EventId, IdSource, ProductId, Uuid, VariantId } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import { appendAudit } from "../../platform/audit/index.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { appendEvents } from "../../platform/outbox/index.ts";
import type { SkuTaken } from "./catalog-refusals.ts";
import { shownProduct } from "./product.ts";
import type { Product, Variant } from "./product.ts";
import { insertProduct, insertVariants } from "./product-store.ts";

/** The member who acts, and the request by which. */
export type Actor = {
  readonly principal: { readonly organisationId: Uuid; readonly keyId: ApiKeyId };
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly idempotencyId: Uuid;
  readonly now: Instant;
  readonly newId: IdSource;
};

/**
 * Adds a product with its variants, all or nothing.
 *
 * @throws Refused sku-taken, with every SKU that another variant has or that the request gives again
 */
export async function createProduct(
  tx: Transaction,
  actor: Actor,
  facts: { readonly title: string; readonly variants: readonly Omit<Variant, "variantId">[] },
): Promise<Product> {
  const { principal, requestId, traceparent, idempotencyId, now, newId } = actor;
  const product: Product = {
    productId: newId<ProductId>(now),
    title: facts.title,
    variants: facts.variants.map((variant) => ({ variantId: newId<VariantId>(now), ...variant })),
    createdAt: now,
  };
  await insertProduct(tx, product);
  const inserted = await insertVariants(tx, product.productId, product.variants);
  const taken = product.variants.flatMap(({ variantId, sku }, index) => (inserted.has(variantId) ? [] : [{ sku, index }]));
  if (taken.length > 0) {
    const errors = taken.map(({ sku, index }) => ({ pointer: `/variants/${index}/sku`, detail: `${sku} names a variant already` }));
    throw new Refused<SkuTaken>({ code: "sku-taken", skus: [...new Set(taken.map(({ sku }) => sku))], errors });
  }
  const data = shownProduct(product);
  await appendEvents(tx, [
    {
      eventId: newId<EventId>(now),
      organisationId: principal.organisationId,
      subjectId: product.productId,
      subjectType: "product",
      subjectVersion: 1,
      type: "product.created",
      occurredAt: now,
      requestId,
      ...(traceparent === undefined ? {} : { traceparent }),
      data,
      audiences: [],
    },
  ]);
  await appendAudit(tx, [
    {
      auditId: newId<AuditId>(now),
      at: now,
      organisationId: principal.organisationId,
      principalId: principal.keyId,
      action: "product.created",
      subjectType: "product",
      subjectId: product.productId,
      after: data,
      requestId,
      idempotencyId,
    },
  ]);
  return product;
}
