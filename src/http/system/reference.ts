import { randomBytes } from "node:crypto";
import reference from "@scalar/fastify-api-reference";
import type { FastifyInstance } from "fastify";
import { Refused } from "../../kernel/refusal.ts";
import { refuseOtherMethods } from "../methods.ts";
import { problemPage } from "../problem-pages.ts";

/** `/openapi.json`, `/docs` drawn from it, and `/problems/<code>`, where the `type` of every problem leads. */
export function mountReference(app: FastifyInstance, document: object): void {
  const bytes = Buffer.from(JSON.stringify(document));
  app.get("/openapi.json", (_request, reply) => reply.header("content-type", "application/json").send(bytes));
  app.get<{ Params: { code: string } }>("/problems/:code", (request, reply) => {
    const page = problemPage(request.params.code);
    if (page === undefined) throw new Refused({ code: "not-found" });
    return reply.header("content-type", "text/markdown; charset=utf-8").send(Buffer.from(page));
  });
  for (const url of ["/openapi.json", "/problems/:code"]) refuseOtherMethods(app, url, new Set(["GET"]));

  const nonce = randomBytes(16).toString("base64");
  void app.register(async (docs) => {
    // The page needs scripts and styles, but only its own: it asks nobody outside for fonts, telemetry or a proxy.
    docs.addHook("onRequest", async (_request, reply) => {
      void reply.header(
        "content-security-policy",
        `default-src 'none'; script-src 'self' 'nonce-${nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      );
    });
    await docs.register(reference, {
      routePrefix: "/docs",
      configuration: {
        url: "/openapi.json",
        pageTitle: "Stoa: API reference",
        nonce,
        withDefaultFonts: false,
        telemetry: false,
        proxyUrl: "",
        hideClientButton: true,
        showDeveloperTools: "never",
      },
    });
  });
}
