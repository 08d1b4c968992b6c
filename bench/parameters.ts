import { randomBytes } from "node:crypto";

/** A parameter as the server sent it: text or bytes, or null. */
export type Parameter = string | Buffer | null;

/** A parameter with places in it for what must be new each time. */
export type Template = { readonly constant: Parameter } | { readonly parts: readonly Part[] };

type Part = string | { readonly kind: "uuid" | "id" | "reference" | "hash"; readonly old: string; readonly prefix: string };

const digits = "0123456789abcdefghjkmnpqrstvwxyz"; // Crockford's base 32

/** The id on the wire of a UUID: 26 digits of base 32 behind its prefix. */
export function wireId(prefix: string, uuid: string): string {
  let rest = BigInt(`0x${uuid.replaceAll("-", "")}`);
  let text = "";
  while (text.length < 26) {
    text = (digits[Number(rest & 31n)] ?? "") + text;
    rest >>= 5n;
  }
  return `${prefix}_${text}`;
}

/** The UUID of an id on the wire. */
export function uuidOf(id: string): string {
  const number = Array.from(id.slice(-26)).reduce((sum, digit) => (sum << 5n) | BigInt(digits.indexOf(digit)), 0n);
  return hyphened(number.toString(16).padStart(32, "0"));
}

function hyphened(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/**
 * What has to be new: ids of rows that are made, references, hashes of keys. A snapshot is left alone: its hash stands beside it, and it
 * names nothing that is made but the reference.
 */
const places =
  /"snapshot":"(?:[^"\\]|\\.)*"|(?<uuid>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})|(?<id>\b[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}\b)|(?<reference>\bbench-[0-9a-f]{8}-\d{8}\b)|(?<hash>(?<=[{,]\\\\x)[0-9a-f]{64}(?=[,}]))/g;

/** Finds the places in a parameter. What is `known` stands in the database already and stays. */
export function templateOf(parameter: Parameter, known: ReadonlySet<string>): Template {
  if (parameter === null || typeof parameter !== "string") return { constant: parameter };
  const parts: Part[] = [];
  let from = 0;
  for (const found of parameter.matchAll(places)) {
    const { uuid, id, reference, hash } = found.groups ?? {};
    const [kind, old, prefix] =
      uuid !== undefined
        ? (["uuid", uuid, ""] as const)
        : id !== undefined
          ? (["id", uuidOf(id), id.slice(0, 3)] as const)
          : reference !== undefined
            ? (["reference", reference, ""] as const)
            : (["hash", hash ?? "", ""] as const);
    if (old === "" || known.has(old)) continue;
    parts.push(parameter.slice(from, found.index), { kind, old, prefix });
    from = found.index + found[0].length;
  }
  if (parts.length === 0) return { constant: parameter };
  return { parts: [...parts, parameter.slice(from)] };
}

/** Gives each old value a new one, the same one wherever it stands in the batch. Ids are of this moment and rise, as the server's do. */
export type Renewal = { readonly fill: (template: Template) => Parameter };

let ordinal = 0;

/** Values for one more batch. */
export function createRenewal(): Renewal {
  const renewed = new Map<string, string>();
  const moment = Date.now().toString(16).padStart(12, "0");
  const run = randomBytes(4).toString("hex");
  const fresh = (kind: "uuid" | "reference" | "hash"): string => {
    ordinal += 1;
    if (kind === "hash") return randomBytes(32).toString("hex");
    if (kind === "reference") return `bench-${run}-${String(ordinal % 100_000_000).padStart(8, "0")}`;
    const rest = randomBytes(6).toString("hex");
    const counter = (ordinal % 2 ** 26).toString(16).padStart(7, "0");
    return hyphened(`${moment}7${counter.slice(0, 3)}8${counter.slice(3, 7)}${rest.slice(0, 11)}`);
  };
  return {
    fill: (template) => {
      if ("constant" in template) return template.constant;
      let text = "";
      for (const part of template.parts) {
        if (typeof part === "string") {
          text += part;
          continue;
        }
        const kind = part.kind === "id" ? "uuid" : part.kind;
        const value = renewed.get(part.old) ?? fresh(kind);
        renewed.set(part.old, value);
        text += part.kind === "id" ? wireId(part.prefix, value) : value;
      }
      return text;
    },
  };
}
