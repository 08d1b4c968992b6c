import { webcrypto } from "node:crypto";
import { describe, expect, it } from "vitest";
import { instant, millisBetween } from "../../kernel/clock.ts";
import { type ApiKeyId, createIdSource } from "../../kernel/ids.ts";
import { effectiveBy, keyText, parseKeyText, secretMatches } from "./index.ts";
import { hashSecret, newSecret } from "./key-secret.ts";

const newId = createIdSource((bytes) => webcrypto.getRandomValues(bytes));
const keyId = newId<ApiKeyId>(1_790_000_000_000);

describe("The text of a key", () => {
  it("says which key it is and carries 192 bits of secret", () => {
    const secret = newSecret();
    const text = keyText(keyId, secret);

    expect(text).toMatch(/^stoa_[0-9a-hjkmnp-tv-z]{26}_[A-Za-z0-9_-]{32}$/);
    expect(Buffer.from(secret, "base64url")).toHaveLength(24);
    expect(parseKeyText(text)).toEqual({ keyId, secret });
  });

  it("is read in one form only", () => {
    const text = keyText(keyId, newSecret());
    const others = [
      ...["", "stoa_", text.slice(0, -1), `${text}A`, ` ${text}`, `${text} `, text.toUpperCase(), text.replace("stoa_", "stoa-")],
      ...[`${text.slice(0, 31)}-${text.slice(32)}`, `${text.slice(0, -1)}=`, `${text.slice(0, -1)}é`, `stoa_8${text.slice(6)}`],
    ];

    expect(others.filter((other) => parseKeyText(other) !== undefined)).toEqual([]);
  });
});

describe("A secret", () => {
  it("matches its own hash and no other", () => {
    const secret = newSecret();

    expect(secretMatches({ secretHash: hashSecret(secret) }, secret)).toBe(true);
    expect(secretMatches({ secretHash: hashSecret(secret) }, newSecret())).toBe(false);
  });
});

describe("A revocation", () => {
  it("counts everywhere when neither a cache nor a write under way can still use the key", () => {
    const revokedAt = instant(1_790_000_000_000);

    expect(millisBetween(revokedAt, effectiveBy(revokedAt))).toBe(6_000);
  });
});
