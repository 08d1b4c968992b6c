import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const cipher = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/**
 * AES-256-GCM (NIST SP 800-38D): a random nonce, the sealed bytes, the tag. `context` is not in the result but has to be the same when
 * it is opened, so that what was sealed for one place cannot be moved to another.
 */
export function seal(key: Buffer, context: string, plain: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes);
  const gcm = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(context));
  return Buffer.concat([nonce, gcm.update(plain), gcm.final(), gcm.getAuthTag()]);
}

/** @throws Error when a bit was changed, or the key or the context is another */
export function open(key: Buffer, context: string, sealed: Buffer): Buffer {
  const end = sealed.length - tagBytes;
  const gcm = createDecipheriv(cipher, key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
  gcm.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(end));
  return Buffer.concat([gcm.update(sealed.subarray(nonceBytes, end)), gcm.final()]);
}
