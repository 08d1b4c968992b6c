import { describe, expect, test } from "vitest";
import { createLogger, createMetrics, formatTraceparent, newTraceparent, parseTraceparent, requestLogger, scrub } from "./index.ts";

function captured() {
  const lines: string[] = [];
  const logger = createLogger({ level: "info", destination: { write: (line) => void lines.push(line) } });
  return { logger, text: () => lines.join(""), last: () => JSON.parse(lines.at(-1) ?? "{}") as Record<string, unknown> };
}

const apiKey = "stoa_01h455vb4pex5vsknk084sn02q_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4";

describe("the log", () => {
  test("is one JSON object a line with level and time in words", () => {
    const { logger, last } = captured();
    logger.info({ orders: 3 }, "placed");
    expect(last()).toMatchObject({ level: "info", message: "placed", orders: 3, time: expect.stringMatching(/^\d{4}-.*Z$/) });
  });

  test("names the request and its trace in each line of a request", () => {
    const { logger, last } = captured();
    requestLogger(logger, { requestId: "req_1", traceparent: "00-a-b-01" }).warn("slow");
    expect(last()).toMatchObject({ request_id: "req_1", traceparent: "00-a-b-01", message: "slow" });
    requestLogger(logger, { requestId: "req_2" }).warn("slow");
    expect(last()).not.toHaveProperty("traceparent");
  });

  test("shows an error with its cause and its code, and of a database error not the row", () => {
    const { logger, last, text } = captured();
    const cause = Object.assign(new Error("duplicate key"), {
      code: "23505",
      constraint: "persons_pkey",
      detail: "Key (email)=(ada@example.org)",
    });
    logger.error({ error: new Error("not stored", { cause }) }, "fault");
    expect(last()).toMatchObject({ error: { message: "not stored", cause: { code: "23505", constraint: "persons_pkey" } } });
    expect(text()).not.toContain("ada@example.org");
  });

  test("never shows a secret, wherever it stands", () => {
    const { logger, text } = captured();
    logger.info({ request: { headers: { authorization: `Bearer ${apiKey}`, "Idempotency-Key": "key-1", cookie: "session=abc" } } }, "in");
    logger.info({ deep: { deeper: [{ secret: 'with "quotes" and more', password: "hunter2" }] } }, "in");
    logger.info(`called with ${apiKey}`);
    logger.info(`header Authorization: Bearer abc.def-ghi`);
    logger.info(`cannot reach postgres://stoa:geheim@db.example:5432/stoa`);
    logger.info({ body: JSON.stringify({ secret: 'quoted "into" a \\ text', next: 1 }) }, "in");
    logger.error({ error: new Error(`connect postgresql://u:geheim@h/d`) }, "down");
    for (const secret of [
      "Zm9v",
      "key-1",
      "session=abc",
      "quotes",
      "and more",
      "hunter2",
      "abc.def",
      "geheim",
      "quoted",
      "into\\",
      " text",
    ]) {
      expect(text()).not.toContain(secret);
    }
    for (const line of text().trim().split("\n")) expect(() => JSON.parse(line) as unknown).not.toThrow();
  });

  test("leaves alone what is no secret", () => {
    const line = '{"message":"https://example.org:8080/path@x","secrets":1,"note":"a \\"secret\\" garden"}';
    expect(scrub(line)).toBe(line);
  });
});

describe("a traceparent", () => {
  const text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const traced = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", parentId: "00f067aa0ba902b7", flags: "01" };

  test("is read and written in the form of the standard", () => {
    expect(parseTraceparent(text)).toEqual(traced);
    expect(formatTraceparent(traced)).toBe(text);
  });

  test("that is not in this form is no traceparent", () => {
    const broken = [
      "",
      text.toUpperCase(),
      ` ${text}`,
      `${text} `,
      `${text}-extra`,
      text.replace("00-", "ff-"),
      text.replace("4bf92f3577b34da6a3ce929d0e0e4736", "0".repeat(32)),
      text.replace("00f067aa0ba902b7", "0".repeat(16)),
      text.slice(0, -1),
    ];
    for (const one of broken) expect(parseTraceparent(one)).toBeUndefined();
  });

  test("of a later version is read as far as it is known", () => {
    expect(parseTraceparent(`cc${text.slice(2)}-what-comes`)).toEqual(traced);
  });

  test("of ours stays in the caller's trace with a span of its own, and passes on only whether it is sampled", () => {
    const ours = newTraceparent((bytes) => bytes.fill(7), { ...traced, flags: "ff" });
    expect(ours).toEqual({ traceId: traced.traceId, parentId: "07".repeat(8), flags: "01" });
    expect(newTraceparent((bytes) => bytes.fill(7))).toEqual({ traceId: "07".repeat(16), parentId: "07".repeat(8), flags: "00" });
  });
});

describe("the metrics", () => {
  test("are told in the text form under their names, and two registries do not count into each other", async () => {
    const [one, other] = [createMetrics(), createMetrics()];
    one.http.requests.inc({ operation: "buyer.checkouts.place", status: "201" });
    one.lane.batch.observe({ lane: "1" }, 32);
    one.doctor.findings.set({ invariant: "S1" }, 0);
    const text = await one.registry.metrics();
    expect(text).toContain('stoa_http_requests_total{operation="buyer.checkouts.place",status="201"} 1');
    expect(text).toContain('stoa_lane_batch_commands_bucket{le="32",lane="1"} 1');
    expect(text).toContain('stoa_doctor_findings{invariant="S1"} 0');
    expect(text).toContain("process_resident_memory_bytes");
    expect(await other.registry.metrics()).not.toContain("buyer.checkouts.place");
  });
});
