import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** 192 bits from the system's random source, as 32 characters of base64url. */
export function newSecret(): string {
  return randomBytes(24).toString("base64url");
}

/** What is stored of a secret. A plain hash is enough: 192 random bits cannot be guessed, so there is nothing to slow down. */
export function hashSecret(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

/** Whether this is the secret of the stored key, in a time that does not tell how much of it is right. */
export function secretMatches(stored: { readonly secretHash: Uint8Array }, secret: string): boolean {
  return timingSafeEqual(stored.secretHash, hashSecret(secret));
}
