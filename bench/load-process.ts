import { type LoadOrder, runLoad } from "./load.ts";

// A process of its own, so that what the load costs is not the server's and can be told apart.
process.on("message", (order: LoadOrder) => {
  runLoad(order).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
