import { type IdSource, prefixes, type RequestId, toWireId } from "../kernel/ids.ts";
import { initialiseOperator } from "../modules/identity/index.ts";
import { type Database, now, withTransaction } from "../platform/db/index.ts";
import { Misconfigured } from "./misconfigured.ts";

/** The operator's first key; its text is known at this moment only. */
export type FirstKey = { readonly id: string; readonly secret: string };

/**
 * Makes the operator and its first admin's key. `keep` is given the key before anything is committed, so that no key can be in force
 * that nobody has.
 *
 * @returns undefined when there is an operator: that one stays as it is
 */
export function makeOperator(
  database: Database,
  { newId, keyName, keep }: { readonly newId: IdSource; readonly keyName: string; readonly keep: (key: FirstKey) => Promise<void> },
): Promise<FirstKey | undefined> {
  return withTransaction(database, { role: "stoa_operator" }, async (tx) => {
    const at = await now(tx);
    const made = await initialiseOperator(tx, { requestId: toWireId(prefixes.request, newId<RequestId>(at)), now: at, newId, keyName });
    if (made === undefined) return undefined;
    const key = { id: toWireId(prefixes.apiKey, made.key.keyId), secret: made.key.secret };
    await keep(key);
    return key;
  });
}

/**
 * `stoa operator init`: prints the first admin's key, once.
 *
 * @throws Misconfigured when there is an operator
 */
export async function operatorInit(
  database: Database,
  {
    newId,
    name,
    json,
    print,
  }: { readonly newId: IdSource; readonly name: string; readonly json: boolean; readonly print: (text: string) => void },
): Promise<void> {
  const key = await makeOperator(database, { newId, keyName: name, keep: async () => undefined });
  if (key === undefined) {
    throw new Misconfigured(
      "There is an operator already, and its first key was shown when it was made. Who has an admin's key makes further ones by POST /v1/operator/keys.",
    );
  }
  print(json ? JSON.stringify(key) : `The operator's first admin key. It is shown this once; keep it well:\n\n  ${key.secret}\n`);
}
