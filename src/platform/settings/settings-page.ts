import type { Setting } from "./setting.ts";

/** The page docs/settings.md: every setting with its bounds, as a table. */
export function settingsPage(declarations: readonly Setting[]): string {
  const rows = declarations.map(
    (setting) =>
      `| \`${setting.name}\` | ${JSON.stringify(setting.default)} | ${boundsOf(setting)} | ${setting.unit} | ${setting.risk} | ${setting.description} |`,
  );
  return [
    "# Settings",
    "",
    "Generated from the declarations in `src/platform/settings` by `npm run generate`. In this release each has its default; its bounds say",
    "what it may be set to once settings can be changed while the market runs.",
    "",
    "| name | default | bounds | unit | risk | what it does |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

function boundsOf({ schema }: Setting): string {
  const { minimum, maximum } = schema as { minimum?: number; maximum?: number };
  return minimum === undefined || maximum === undefined ? `\`${JSON.stringify(schema)}\`` : `${minimum} to ${maximum}`;
}
