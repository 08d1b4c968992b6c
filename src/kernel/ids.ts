import { assert } from "./assert.ts";

/** What an id on the wire begins with, per kind of thing: `ord_01h455vb4pex5vsknk084sn02q`. */
export const prefixes = {
  operator: "opr",
  seller: "sel",
  company: "cmp",
  apiKey: "key",
  product: "prd",
  variant: "var",
  offer: "off",
  location: "loc",
  checkout: "chk",
  order: "ord",
  line: "lin",
  reservation: "rsv",
  stockOperation: "sto",
  movement: "mov",
  event: "evt",
  creditAccount: "crd",
  receipt: "rct",
  audit: "aud",
  person: "per",
  taxRate: "txr",
  deadline: "dln",
  request: "req",
  category: "cat",
  priceList: "prl",
  freightPlan: "frp",
  shipment: "shp",
  orderRequest: "orq",
  cancellation: "can",
  hold: "hld",
  address: "adr",
  ledgerAccount: "lac",
  ledgerTransaction: "ltx",
  invoice: "inv",
  creditNote: "crn",
  commissionInvoice: "cin",
  commissionPlan: "cpl",
  commissionStatement: "cst",
  bankStatement: "bst",
  bankLine: "bnl",
} as const;

export type Kind = keyof typeof prefixes;
export type Prefix = (typeof prefixes)[Kind];

declare const uuidBrand: unique symbol;
declare const kindBrand: unique symbol;

/** The form in code and database: 36 characters, lower case, with hyphens. */
export type Uuid = string & { readonly [uuidBrand]: true };

/** A Uuid that names one kind of thing; an order's id is not taken where a seller's is asked for. */
export type Id<P extends Prefix> = Uuid & { readonly [kindBrand]: P };

type IdOf<K extends Kind> = Id<(typeof prefixes)[K]>;
export type OperatorId = IdOf<"operator">;
export type SellerId = IdOf<"seller">;
export type CompanyId = IdOf<"company">;
export type ApiKeyId = IdOf<"apiKey">;
export type ProductId = IdOf<"product">;
export type VariantId = IdOf<"variant">;
export type OfferId = IdOf<"offer">;
export type LocationId = IdOf<"location">;
export type CheckoutId = IdOf<"checkout">;
export type OrderId = IdOf<"order">;
export type LineId = IdOf<"line">;
export type ReservationId = IdOf<"reservation">;
export type StockOperationId = IdOf<"stockOperation">;
export type MovementId = IdOf<"movement">;
export type EventId = IdOf<"event">;
export type CreditAccountId = IdOf<"creditAccount">;
export type AuditId = IdOf<"audit">;
export type PersonId = IdOf<"person">;
export type TaxRateId = IdOf<"taxRate">;
export type DeadlineId = IdOf<"deadline">;
export type RequestId = IdOf<"request">;
export type CategoryId = IdOf<"category">;
export type PriceListId = IdOf<"priceList">;
export type FreightPlanId = IdOf<"freightPlan">;
export type ShipmentId = IdOf<"shipment">;
export type OrderRequestId = IdOf<"orderRequest">;
export type CancellationId = IdOf<"cancellation">;
export type HoldId = IdOf<"hold">;
export type AddressId = IdOf<"address">;
export type LedgerAccountId = IdOf<"ledgerAccount">;
export type LedgerTransactionId = IdOf<"ledgerTransaction">;
export type InvoiceId = IdOf<"invoice">;
export type CreditNoteId = IdOf<"creditNote">;
export type CommissionInvoiceId = IdOf<"commissionInvoice">;
export type CommissionPlanId = IdOf<"commissionPlan">;
export type CommissionStatementId = IdOf<"commissionStatement">;
export type BankStatementId = IdOf<"bankStatement">;
export type BankLineId = IdOf<"bankLine">;

/** Gives a new id for this moment (epoch milliseconds): `newId<OrderId>(now)`. */
export type IdSource = <T extends Uuid = Uuid>(atMillis: number) => T;

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Reads the form of code and database. Version and variant are not asked for: ids made elsewhere are ids too. */
export function parseUuid<T extends Uuid = Uuid>(text: string): T | undefined {
  return uuidForm.test(text) ? (text as T) : undefined;
}

const pooledBytes = 4_096;
const bytesPerSeed = 6;
const bytesPerId = 4;
const counterSpan = 2 ** 42;
const seedSpan = 2 ** 41;

/**
 * Makes UUIDs of version 7 (RFC 9562 section 5.7) that rise strictly within this source. After the 48 bits of time stand 42 bits of
 * counter (method 1 of section 6.2), begun at random in each millisecond with its highest bit clear, then 32 bits of randomness.
 * When the clock steps back, or 2^41 ids were made in a millisecond, the source stays ahead of the clock rather than going back.
 * `fillRandom` fills the bytes it is given from a cryptographic source.
 */
export function createIdSource(fillRandom: (bytes: Uint8Array) => Uint8Array): IdSource {
  const pool = new Uint8Array(pooledBytes);
  const view = new DataView(pool.buffer);
  let taken = pooledBytes;
  let lastMillis = -1;
  let counter = 0;

  function takeBytes(count: number): number {
    if (taken + count > pooledBytes) {
      fillRandom(pool);
      taken = 0;
    }
    taken += count;
    return taken - count;
  }

  function seed(): number {
    const at = takeBytes(bytesPerSeed);
    return (view.getUint16(at) * 2 ** 32 + view.getUint32(at + 2)) % seedSpan;
  }

  return <T extends Uuid = Uuid>(atMillis: number): T => {
    assert(Number.isSafeInteger(atMillis) && atMillis >= 0 && atMillis < 2 ** 48, `no time for an id: ${atMillis}`);
    if (atMillis > lastMillis) {
      lastMillis = atMillis;
      counter = seed();
    } else {
      counter += 1;
      if (counter === counterSpan) {
        lastMillis += 1;
        counter = seed();
      }
    }
    const time = hex(lastMillis, 12);
    const high = Math.floor(counter / 2 ** 30);
    const low = counter % 2 ** 30;
    // The variant's bits `10` stand before the low 30 bits of the counter.
    const middle = hex(low + 2 ** 31, 8);
    const tail = hex(view.getUint32(takeBytes(bytesPerId)), 8);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(high, 3)}-${middle.slice(0, 4)}-${middle.slice(4)}${tail}` as T;
  };
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

// Crockford's base32 in lower case, as the TypeID specification (version 0.3) has it: no i, l, o, u, and nothing read as something else.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const suffixLength = 26;
const digitOf = new Map(Array.from(alphabet, (character, digit) => [character, digit]));

/** The wire form by the TypeID specification: prefix, `_`, the 128 bits in 26 characters of base32. */
export function toWireId<P extends Prefix>(prefix: P, id: Id<NoInfer<P>>): string {
  const digits = id.replaceAll("-", "");
  let suffix = "";
  // 26 characters hold 130 bits: two empty ones in front. Each 5 hexadecimal digits (20 bits) are 4 characters, from the right.
  for (let end = digits.length; end > 0; end -= 5) {
    const bits = Number.parseInt(digits.slice(Math.max(0, end - 5), end), 16);
    const four = [bits >>> 15, (bits >>> 10) & 31, (bits >>> 5) & 31, bits & 31].map((digit) => alphabet[digit]).join("");
    suffix = four + suffix;
  }
  return `${prefix}_${suffix.slice(-suffixLength)}`;
}

/**
 * Reads an id of this kind from the wire. Strict: exactly this prefix, 26 characters, lower case, at most 128 bits; so each id has one
 * wire form only. Undefined for anything else.
 */
export function fromWireId<P extends Prefix>(prefix: P, text: string): Id<P> | undefined {
  const start = prefix.length + 1;
  if (text.length !== start + suffixLength || !text.startsWith(`${prefix}_`)) return undefined;
  if (text.charAt(start) > "7") return undefined;
  let digits = "";
  // Two characters (10 bits, of which the first two are empty) make 2 hexadecimal digits, then each 4 make 5.
  for (let at = start; at < text.length; at = at === start ? at + 2 : at + 4) {
    const count = at === start ? 2 : 4;
    let bits = 0;
    for (const character of text.slice(at, at + count)) {
      const digit = digitOf.get(character);
      if (digit === undefined) return undefined;
      bits = bits * 32 + digit;
    }
    digits += hex(bits, count === 2 ? 2 : 5);
  }
  const groups = [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)];
  return groups.join("-") as Id<P>;
}
