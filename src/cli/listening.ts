import { createServer } from "node:net";
import { Misconfigured } from "./misconfigured.ts";

export type Address = { readonly host: string; readonly port: number };

/** The address as the beginning of URLs. */
export function originOf({ host, port }: Address): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Says beforehand whether a port can be had, so that nothing is begun for a server that could not listen. @throws Misconfigured */
export async function checkPort(address: Address): Promise<void> {
  const probe = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  probe.once("error", reject);
  probe.listen(address.port, address.host, resolve);
  try {
    await promise;
  } catch (error) {
    throw listeningMistake(error, address) ?? error;
  }
  await new Promise((closed) => probe.close(closed));
}

/** The sentence for an address that cannot be listened on; undefined for any other error. */
export function listeningMistake(error: unknown, { host, port }: Address): Misconfigured | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE")
    return new Misconfigured(`Port ${port} on ${host} is taken: end what listens there, or set PORT to another one.`);
  if (code === "EACCES") return new Misconfigured(`This user may not listen on port ${port}: set PORT to one above 1023.`);
  if (code === "EADDRNOTAVAIL") return new Misconfigured(`This machine has no address ${host}: set HOST to one that it has.`);
  return undefined;
}
