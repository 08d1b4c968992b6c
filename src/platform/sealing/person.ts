import { randomBytes } from "node:crypto";
import { assert } from "../../kernel/assert.ts";
import { fromWireId, prefixes, toWireId } from "../../kernel/ids.ts";
import type { PersonId } from "../../kernel/ids.ts";
import { open, seal } from "./gcm.ts";

declare const sealedBrand: unique symbol;

/** Personal data as it may stand in rows that are never changed: readable with the person's key, and by nobody once that is deleted. */
export type Sealed = { readonly sealed: string; readonly person: string; readonly [sealedBrand]: true };

/** What can be sealed: what JSON can say, nothing of it lost on the way. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [member: string]: Plain };

/** A person's key: 256 random bits. */
export function newPersonKey(): Buffer {
  return randomBytes(32);
}

/** Seals a value for one person. The same value is sealed differently each time, so that equal ones cannot be told. */
export function sealForPerson(personId: PersonId, personKey: Buffer, value: Plain): Sealed {
  const bytes = seal(personKey, personId, Buffer.from(JSON.stringify(value)));
  return { sealed: `1.${bytes.toString("base64url")}`, person: toWireId(prefixes.person, personId) } as Sealed;
}

/**
 * Opens what was sealed for a person. Undefined when there is no key any more: the person was erased.
 *
 * @throws Error when the bytes or the key are not the ones it was sealed with
 */
export function openForPerson(personKey: Buffer | undefined, { sealed, person }: Pick<Sealed, "sealed" | "person">): Plain | undefined {
  if (personKey === undefined) return undefined;
  const personId = fromWireId(prefixes.person, person);
  assert(personId !== undefined && sealed.startsWith("1."), "a sealed value names its person and the first form of sealing");
  return JSON.parse(open(personKey, personId, Buffer.from(sealed.slice(2), "base64url")).toString()) as Plain;
}
