/** The pages on which people act as Microsoft, and how the actions of their forms are answered. */
import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import type { Context } from "hono";
import { Refusal } from "../fulfillment/refusal.ts";
import { landingLink } from "../fulfillment/subscriptions.ts";
import { sameOrigin } from "../origin.ts";
import type { World } from "../world.ts";
import { conditionsView } from "./conditions.ts";
import { addFormActions, type FormAction, subscriptionOf } from "./form-actions.ts";
import { inboxView, messageView } from "./inbox.ts";
import { layout } from "./layout.ts";
import type { Html, Notice } from "./layout.ts";
import { callsView, operationsView, webhooksView } from "./lists.ts";
import { addProductPage } from "./product.ts";
import { rehearsalView } from "./rehearsal.ts";
import { subscriptionsView, subscriptionView } from "./subscriptions.ts";
import { usageView } from "./usage.ts";

const maxNotices = 100;

/** The views at `/`, `/subscriptions/:id`, `/operations`, `/webhooks`, `/usage`, `/calls`, `/inbox`, `/conditions`, `/rehearsal`; the actions under `/page`. */
export function pages(world: World, options: { sample: boolean }): Hono {
  const app = new Hono();
  const notices = new Map<string, Notice>();
  addViews(app, world, notices);
  addProductPage(app, world);

  app.use("/page/*", sameOrigin);
  app.get("/page/version", (c) => c.text(String(world.version())));
  app.post("/page/subscriptions/:id/landing", (c) =>
    c.redirect(landingLink(world, subscriptionOf(world, c)).landingUrl, 303),
  );

  const addAction = (path: string, run: FormAction) => {
    app.post(`/page${path}`, async (c) => {
      const form = Object.fromEntries(new URLSearchParams(await c.req.text()));
      const notice = await (async () => run(form, c))().catch(refused);
      return c.redirect(returnAddress(c, remember(notices, notice)), 303);
    });
  };
  addFormActions(addAction, world, options);
  return app;
}

function refused(error: unknown): Notice {
  if (error instanceof Refusal) return { text: error.message, isBad: true };
  throw error;
}

function remember(notices: Map<string, Notice>, notice: Notice): string {
  const id = randomUUID().slice(0, 8);
  notices.set(id, notice);
  const oldest = notices.keys().next();
  if (notices.size > maxNotices && !oldest.done) notices.delete(oldest.value);
  return id;
}

/** The page that sent the form, with the notice. */
function returnAddress(c: Context, noticeId: string): string {
  const address = URL.parse(c.req.header("referer") ?? "") ?? new URL("http://localhost/");
  address.searchParams.set("notice", noticeId);
  return address.pathname + address.search;
}

function addViews(app: Hono, world: World, notices: Map<string, Notice>): void {
  const view = (path: string, title: string, current: string, content: (c: Context, page: number) => Html) => {
    app.get(path, (c) => {
      const page = Math.max(1, Math.floor(Number(c.req.query("page"))) || 1);
      const notice = notices.get(c.req.query("notice") ?? "");
      return c.html(layout(world, { title, current, notice }, content(c, page)));
    });
  };
  view("/", "Subscriptions", "/", (c, page) =>
    subscriptionsView(world, { q: c.req.query("q") ?? "", status: c.req.query("status") ?? "", page }),
  );
  view("/operations", "Operations", "/operations", (_, page) => operationsView(world, page));
  view("/webhooks", "Webhooks", "/webhooks", (_, page) => webhooksView(world, page));
  view("/usage", "Usage", "/usage", (_, page) => usageView(world, page));
  view("/calls", "Calls", "/calls", (_, page) => callsView(world, page));
  view("/inbox", "Inbox", "/inbox", (_, page) => inboxView(world, page));
  view("/rehearsal", "Rehearsal", "/rehearsal", () => rehearsalView(world));
  addInboxMessages(app, world);
  view("/conditions", "Conditions", "/conditions", () => conditionsView(world));
  app.get("/subscriptions/:id", (c) => {
    const subscription = world.state.subscriptions.get(c.req.param("id"));
    if (!subscription) return c.text("This subscription does not exist in the sandbox.\n", 404);
    const notice = notices.get(c.req.query("notice") ?? "");
    return c.html(
      layout(world, { title: subscription.name, current: "/", notice }, subscriptionView(world, subscription)),
    );
  });
}

function addInboxMessages(app: Hono, world: World): void {
  app.get("/inbox/:id", (c) => {
    const message = world.inbox.find(c.req.param("id"));
    if (!message) return c.text("This message is no longer in the inbox.\n", 404);
    const frame = { title: message.subject, current: "/inbox", notice: undefined };
    return c.html(layout(world, frame, messageView(world, message)));
  });
  app.get("/inbox/:id/html", (c) => {
    const message = world.inbox.find(c.req.param("id"));
    if (message?.kind !== "mail") return c.text("This message is not an email.\n", 404);
    // The rules of mail programs: no scripts, and only images from other sites.
    c.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src https: http: data:");
    return c.html(message.html.replace("<head>", '<head><base target="_blank">'));
  });
}
