import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openApiDocument } from "../src/http/openapi.ts";
import { problemPages } from "../src/http/problem-pages.ts";
import { allOperations, type Outside } from "../src/http/routes/index.ts";
import { machines } from "../src/cli/machines.ts";
import { configurationPage } from "../src/platform/configuration/index.ts";
import { dumpSchema } from "../src/platform/db/schema-dump.ts";
import { lifecyclesPage } from "../src/platform/lifecycle/index.ts";
import { orderRules } from "../src/modules/orders/index.ts";
import { paymentRules } from "../src/modules/payments/index.ts";
import { createSettings, settingsPage, spineSettings } from "../src/platform/settings/index.ts";
import { withScratchDatabase } from "./checks/scratch-database.ts";

/** What the operations need when they run. They do not run here: their description is all that is read. */
function undescribed(): never {
  throw new Error("an operation was run while its description was written");
}

const outside: Outside = {
  placing: {
    get lanes() {
      return undescribed();
    },
    preview: undescribed,
    newId: undescribed,
    moment: undescribed,
  },
  doctor: undescribed,
  browse: { asEverybody: undescribed, asCompany: undescribed },
  orders: orderRules(createSettings(spineSettings)),
  payments: paymentRules(createSettings(spineSettings)),
};

/** Every file that is written from code, by its path from `root`, as the code of now would write it. */
export async function generatedFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const document = openApiDocument(allOperations(outside), version);
  return new Map([
    ["db/schema.sql", await withScratchDatabase(dumpSchema)],
    ["openapi.json", `${JSON.stringify(document, null, 2)}\n`],
    ["docs/configuration.md", configurationPage()],
    ["docs/lifecycles.md", lifecyclesPage(machines)],
    ["docs/settings.md", settingsPage(spineSettings)],
    ...[...problemPages()].map(([name, page]): [string, string] => [`docs/problems/${name}`, page]),
  ]);
}
