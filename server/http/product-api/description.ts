/** The description of all calls, for tools and readers. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { KeyedEnv } from "./key-checks.ts";

/** Needs no key: tools fetch it, and it contains no customer data. Built on the first request. */
export function addDescription(app: OpenAPIHono<KeyedEnv>, publicUrl: string): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "apiKey", {
    type: "http",
    scheme: "bearer",
    description:
      "A key that an admin created in Marketdesk under Settings, API keys. It starts with `md_`, has scopes, and expires. Each call names the scope that it needs.",
  });
  const describe = () =>
    app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "Marketdesk product API",
        version: "1",
        description:
          "For the publisher's own product: subscriptions, entitlements of customers, changes, and confirmations of what the product has provisioned.",
      },
      servers: [{ url: `${publicUrl}/api/v1` }],
    });
  let description: string | null = null;
  app.get("/openapi.json", (c) => {
    description ??= JSON.stringify(describe());
    return c.body(description, 200, { "Content-Type": "application/json" });
  });
}
