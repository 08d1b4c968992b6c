import type { Instant } from "../../kernel/clock.ts";
import type { PersonId, SellerId } from "../../kernel/ids.ts";
import { instantParameter, sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import type { Seller } from "./seller.ts";

type SellerRow = {
  seller_id: SellerId;
  name: string;
  street: string;
  city: string;
  postal_code: string;
  country: string;
  tax_number: string | null;
  contact_person_id: PersonId;
  version: number;
  created_at: Instant;
};

export async function insertSeller(tx: Transaction, seller: Seller): Promise<void> {
  const { street, city, postal_code, country } = seller.address;
  await tx.query(sql`
    insert into sellers (seller_id, name, street, city, postal_code, country, tax_number, contact_person_id, version, created_at)
    values (${seller.sellerId}, ${seller.name}, ${street}, ${city}, ${postal_code}, ${country}, ${seller.taxNumber},
      ${seller.contactPersonId}, ${seller.version}, ${instantParameter(seller.createdAt)})`);
}

export async function findSeller(reader: Reader, sellerId: SellerId): Promise<Seller | undefined> {
  const row = await reader.find(sql<SellerRow>`
    select seller_id, name, street, city, postal_code, country, tax_number, contact_person_id, version, created_at
    from sellers
    where seller_id = ${sellerId}`);
  return row && toSeller(row);
}

/** Sellers from new to old, those with an id below `before`. */
export async function listSellers(reader: Reader, { before, count }: { before: string; count: number }): Promise<Seller[]> {
  const rows = await reader.query(sql<SellerRow>`
    select seller_id, name, street, city, postal_code, country, tax_number, contact_person_id, version, created_at
    from sellers
    where seller_id < ${before}::uuid
    order by seller_id desc
    limit ${count}`);
  return rows.map(toSeller);
}

function toSeller(row: SellerRow): Seller {
  const { street, city, postal_code, country } = row;
  return {
    sellerId: row.seller_id,
    name: row.name,
    address: { street, city, postal_code, country },
    taxNumber: row.tax_number,
    contactPersonId: row.contact_person_id,
    version: row.version,
    createdAt: row.created_at,
  };
}
