import { runLifecycle } from "./lifecycle-load.ts";
import { runLoad } from "./load.ts";
import type { Work } from "./loader.ts";
import { runWrites } from "./writes-load.ts";

// A process of its own, so that what the load costs is not the server's and can be told apart.
process.on("message", (work: Work) => {
  done(work).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});

function done(work: Work): Promise<unknown> {
  switch (work.kind) {
    case "load":
      return runLoad(work.order);
    case "lifecycle":
      return runLifecycle(work.order);
    case "writes":
      return runWrites(work.order);
  }
}
