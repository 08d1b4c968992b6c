import { randomBytes } from "node:crypto";
import { fastify, type FastifyInstance } from "fastify";
import { refuseOtherMethods } from "../methods.ts";
import { problemPage } from "../problem-pages.ts";
import { refuse } from "../refuse.ts";

/** `/openapi.json`, `/docs` drawn from it, and `/problems/<code>`, where the `type` of every problem leads. */
export function mountReference(app: FastifyInstance, document: object): void {
  const bytes = Buffer.from(JSON.stringify(document));
  app.get("/openapi.json", (_request, reply) => reply.header("content-type", "application/json").send(bytes));
  app.get<{ Params: { code: string } }>("/problems/:code", (request, reply) => {
    const page = problemPage(request.params.code);
    if (page === undefined) throw refuse("not-found");
    return reply.header("content-type", "text/markdown; charset=utf-8").send(Buffer.from(page));
  });
  for (const url of ["/openapi.json", "/problems/:code"]) refuseOtherMethods(app, url, new Set(["GET"]));

  mountDocs(app);
}

type Page = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: Buffer };

/**
 * The reference page. What draws it weighs tens of megabytes in memory and is looked at seldom, so it is loaded by the first who asks,
 * into an application of its own that answers by injection.
 */
function mountDocs(app: FastifyInstance): void {
  let opened: Promise<FastifyInstance> | undefined;
  const nonce = randomBytes(16).toString("base64");
  // The page needs scripts and styles, but only its own: it can ask nobody outside for fonts, telemetry or a proxy.
  const policy = `default-src 'none'; script-src 'self' 'nonce-${nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

  const page = async (url: string): Promise<Page> => {
    opened ??= openDocs(nonce);
    const { statusCode, headers, rawPayload } = await (await opened).inject({ method: "GET", url });
    const { "content-type": type, location } = headers;
    const kept = { ...(type === undefined ? {} : { "content-type": String(type) }), ...(location === undefined ? {} : { location }) };
    return { status: statusCode, headers: kept, body: rawPayload };
  };
  for (const url of ["/docs", "/docs/*"]) {
    app.get(url, async (request, reply) => {
      const { status, headers, body } = await page(request.url);
      if (status === 404) throw refuse("not-found");
      return reply.code(status).headers(headers).header("content-security-policy", policy).send(body);
    });
    refuseOtherMethods(app, url, new Set(["GET"]));
  }
}

async function openDocs(nonce: string): Promise<FastifyInstance> {
  const { default: reference } = await import("@scalar/fastify-api-reference");
  const docs = fastify({ logger: false });
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
  await docs.ready();
  return docs;
}
