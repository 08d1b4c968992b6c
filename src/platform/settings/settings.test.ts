import Type from "typebox";
import { describe, expect, test } from "vitest";
import {
  bankTransferDeadlineHours,
  createSettings,
  declareSetting,
  idempotencyRetentionDays,
  settingsPage,
  spineSettings,
} from "./index.ts";

const pace = {
  name: "pace",
  schema: Type.Integer({ minimum: 1, maximum: 9 }),
  default: 3,
  unit: "steps",
  risk: "low",
  description: "How fast it goes.",
} as const;

describe("a setting", () => {
  test("has its default unless something stands in its place", () => {
    expect(createSettings(spineSettings).value(idempotencyRetentionDays)).toBe(35);
    expect(createSettings(spineSettings, { idempotency_retention_days: 2 }).value(idempotencyRetentionDays)).toBe(2);
  });

  test("that is declared twice stops the program", () => {
    expect(() => createSettings([declareSetting(pace), declareSetting(pace)])).toThrow("the setting pace is declared twice");
  });

  test("whose default is outside its own bounds is no setting", () => {
    expect(() => declareSetting({ ...pace, default: 10 })).toThrow("outside its own bounds");
    expect(() => declareSetting({ ...pace, name: "Pace" })).toThrow("not a name");
    expect(() => declareSetting({ ...pace, description: "" })).toThrow("neither what it does");
  });

  test("that was not declared to the program has no value in it", () => {
    expect(() => createSettings([]).value(declareSetting(pace))).toThrow("was not declared");
  });

  test("out of bounds, of another type or unknown is refused, all mistakes in one message", () => {
    const start = () => createSettings(spineSettings, { idempotency_retention_days: 0, bank_transfer_deadline_hours: "7", no_such: 1 });
    expect(start).toThrow(/idempotency_retention_days .*not 0; bank_transfer_deadline_hours .*not "7"; there is no setting no_such/);
  });

  test("keeps answers at least 24 hours, and holds stock for a transfer seven days", () => {
    expect(() => createSettings(spineSettings, { idempotency_retention_days: 0.5 })).toThrow();
    expect(createSettings(spineSettings).value(bankTransferDeadlineHours)).toBe(7 * 24);
  });

  test("is a row of the page, with its bounds", () => {
    expect(settingsPage([declareSetting(pace)])).toContain("| `pace` | 3 | 1 to 9 | steps | low | How fast it goes. |");
    for (const setting of spineSettings) expect(settingsPage(spineSettings)).toContain(`| \`${setting.name}\` |`);
  });
});
