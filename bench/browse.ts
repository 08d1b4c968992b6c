import type pg from "pg";
import { createCaller } from "../tests/support/caller.ts";
import { createRandom } from "./lines.ts";
import { percentile, quotient } from "./statistics.ts";
import type { Bench, Findings } from "./workloads.ts";

const requestsOfEach = 100;

const kinds = ["bolt", "nut", "washer", "hinge", "bearing", "valve", "gasket", "cable", "relay", "sensor", "pump", "filter"];
const materials = ["steel", "brass", "nylon", "titanium", "copper", "rubber", "bronze", "ceramic"];
const finishes = ["zinc", "black", "polished", "galvanised", "coated", "raw"];

/**
 * What somebody waits for who looks around: the newest products, one product, a search, a search with a slip of the pen, an own list of
 * orders. With a thousand products and with a hundred thousand, each with an offer.
 */
export async function browse(bench: Bench): Promise<Findings> {
  const { stage, goods, say } = bench;
  const origin = () => bench.server().url;
  const stranger = createCaller(origin, "");
  const buyer = createCaller(origin, goods.buyers[0] ?? "");
  const findings: Record<string, number> = {};
  let planted = 0;
  for (const size of bench.sizes.products) {
    await plantProducts(stage.superuser, planted, size);
    planted = size;
    await stage.superuser.query("vacuum analyze");
    const random = createRandom(size);
    const word = (words: readonly string[]) => words[Math.floor(random() * words.length)] ?? "";
    const some = await stranger.get<{ items: { id: string }[] }>("/v1/public/products?limit=200");
    const requests: Readonly<Record<string, () => Promise<unknown>>> = {
      newest: () => stranger.get("/v1/public/products?limit=20"),
      product: () => stranger.get(`/v1/public/products/${some.items[Math.floor(random() * some.items.length)]?.id ?? ""}`),
      search: () => stranger.get(`/v1/public/search?q=${word(materials)}%20${word(kinds)}&limit=20`),
      search_number: () => stranger.get(`/v1/public/search?q=browse-${Math.floor(random() * size)}&limit=20`),
      search_slip: () => stranger.get(`/v1/public/search?q=${slip(word(kinds), random)}&limit=20`),
      orders: () => buyer.get("/v1/buyer/orders?limit=20"),
    };
    for (const [name, send] of Object.entries(requests)) {
      const took: number[] = [];
      for (let count = 0; count < requestsOfEach; count += 1) {
        const began = performance.now();
        await send();
        took.push(performance.now() - began);
      }
      took.sort((a, b) => a - b);
      findings[`browse_${name}_p50_millis_${size}`] = quotient(percentile(took, 0.5), 1, 1);
      findings[`browse_${name}_p99_millis_${size}`] = quotient(percentile(took, 0.99), 1, 1);
    }
    say(
      `browse, ${size} products: ${Object.keys(requests)
        .map((name) => `${name} ${findings[`browse_${name}_p50_millis_${size}`] ?? 0}`)
        .join(", ")} ms`,
    );
  }
  return findings;
}

/** Two letters of a word change places. */
function slip(word: string, random: () => number): string {
  const at = 1 + Math.floor(random() * (word.length - 2));
  return `${word.slice(0, at)}${word[at + 1] ?? ""}${word[at] ?? ""}${word.slice(at + 2)}`;
}

/** Writes products numbered from `from` to below `to`, each with a variant and an offer, in one statement each: the API takes one at a time. */
async function plantProducts(superuser: pg.Client, from: number, to: number): Promise<void> {
  const words = { kinds, materials, finishes };
  await superuser.query(
    `insert into products (product_id, title, description, brand, created_at, search_text)
     select ('0190' || lpad(to_hex(n), 8, '0') || '70008000000000000001')::uuid, title, '', null, stoa_now(),
       lower(title) || E'\\nbrowse-' || n
     from generate_series($1::integer, $2::integer - 1) n
       cross join lateral (select ($3::text[])[1 + n % 12] || ' ' || ($4::text[])[1 + n / 12 % 8] || ' ' || ($5::text[])[1 + n / 96 % 6] || ' M' || n % 64) t (title)`,
    [from, to, words.kinds, words.materials, words.finishes],
  );
  await superuser.query(
    `insert into variants (variant_id, product_id, sku, title, unit, attributes)
     select ('0190' || lpad(to_hex(n), 8, '0') || '70008000000000000002')::uuid, ('0190' || lpad(to_hex(n), 8, '0') || '70008000000000000001')::uuid,
       'browse-' || n, 'variant ' || n, 'C62', jsonb_build_object('size', 'M' || n % 64)
     from generate_series($1::integer, $2::integer - 1) n`,
    [from, to],
  );
  await superuser.query(
    `insert into offers (seller_id, offer_id, variant_id, reference, state, currency, unit_price, price_per, minimum, step, tier_quantities,
       tier_prices, tax_category, version, changed_at)
     select s.seller_id, ('0190' || lpad(to_hex(n), 8, '0') || '70008000000000000003')::uuid,
       ('0190' || lpad(to_hex(n), 8, '0') || '70008000000000000002')::uuid, 'browse-' || n, 'active', 'EUR', 100 + n % 5000, 1, 1, 1, '{}', '{}',
       'standard', 1, stoa_now()
     from generate_series($1::integer, $2::integer - 1) n
       join (select seller_id, row_number() over (order by seller_id) - 1 as place, count(*) over () as all_of_them from sellers) s
         on s.place = n % s.all_of_them`,
    [from, to],
  );
}
