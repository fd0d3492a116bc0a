/** All dialogs and menus of the dashboard, and how a person without a mouse opens each. */
import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import type { Locator, Page } from "playwright-core";
import { eventually } from "./app.ts";
import type { Desk } from "./desk.ts";
import { seen } from "./desk.ts";
import type { DialogKind } from "./dialog-walk.ts";

export type DialogEntry = {
  /** The file in `web/` that has it. */
  file: string;
  path: string | ((made: Made) => string);
  /** The button that opens it, in the main part of the page unless `within` says otherwise. */
  button?: string | RegExp;
  /** In place of a button: the element that has the focus when the key is pressed. */
  focused?: string;
  /** Default: Enter. */
  key?: string;
  isOnPhonesOnly?: boolean;
  /** Default: a dialog. */
  kind?: DialogKind;
  within?: string;
  /** Steps before the button. */
  before?(page: Page, desk: Desk): Promise<void>;
};

const row = "[data-row]";

async function selectFirstRow(page: Page): Promise<void> {
  await seen(page.locator(row));
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await seen(page.getByText("1 selected"));
}

const reason = "For the keyboard";

/** Creates what the dialogs are about. @returns its ids */
export async function prepareDialogs(desk: Desk) {
  const admin = desk.as("admin");
  await admin.needs.setPurchaseGrace({ minutes: 0, seenVersion: 0 });
  const question = { id: "team", kind: "text" as const, label: { en: "Team" }, help: {}, min: null, max: null };
  const questions = [{ ...question, options: [], isRequired: false }];
  await admin.questions.set({ offerId: "insight", planId: null, questions, seenVersion: 0, reason });
  const id = await desk.buyActive("Fabrikam dialogs");
  const other = await desk.buyActive("Northwind dialogs", { purchaser: "cleo" });
  const metered = await desk.buyActive("Fabrikam vault", { offerId: "vault", planId: "basic", quantity: undefined });
  await desk.buy({ name: "Fabrikam pending" });
  const customerOf = async (subscriptionId: string) =>
    (await admin.subscriptions.get({ id: subscriptionId })).customer.id;
  const customer = await customerOf(id);
  const merged = await customerOf(other);
  await eventually(async () => (await admin.customers.list({})).rows.length > 1);
  await admin.customers.merge({ customerId: merged, into: customer, reason });

  const operation = randomUUID();
  await desk.db
    .execute(sql`insert into operations (id, subscription_id, action, source, stage, quantity, created_at, settled_at, outcome, attempts,
      actor_kind, actor_name, updated_at) values (${operation}, ${id}, 'ChangeQuantity', 'Azure', 'settled', 40, now(), now(), 'quarantined', 1,
      'marketplace', 'Microsoft', now())`);
  const stuck = randomUUID();
  await desk.db
    .execute(sql`insert into operations (id, subscription_id, action, source, stage, quantity, created_at, stuck_at, attempts,
      actor_kind, actor_name, updated_at) values (${stuck}, ${metered}, 'ChangeQuantity', 'Azure', 'received', 40, now(), now(), 1,
      'marketplace', 'Microsoft', now())`);
  await desk.db.execute(sql`
    insert into usage_slots (id, subscription_id, dimension, hour, plan_id, quantity, effective_at, state, sealed_at, billable, problem, is_counted)
    values (gen_random_uuid(), ${metered}, 'storage', date_trunc('hour', now()), 'basic', 150, now(), 'held', now(), 50, 'Unusual', false)`);

  await admin.destinations.addOrigin({ origin: "https://app.contoso.example", reason });
  const { version: brandingVersion = 0 } = (await admin.branding.list())[0]?.own ?? {};
  const texts = {
    publisherName: "Fabrikam",
    accent: "",
    supportEmail: "help@example.com",
    supportUrl: "",
    termsUrl: "",
    privacyUrl: "",
  };
  await admin.branding.set({
    ...texts,
    offerId: null,
    introduction: {},
    nextSteps: {},
    logo: "none",
    seenVersion: brandingVersion,
    reason,
  });
  await admin.channels.create({ kind: "slack", name: "Sales", address: `${desk.sandbox.url}/hooks/slack/sales` });
  const endpoint = {
    name: "Production",
    address: `${desk.sandbox.url}/product/hooks`,
    eventTypes: null,
    offerIds: null,
  };
  const { id: endpointId } = await admin.endpoints.create(endpoint);
  await admin.keys.make({ name: "Reporting" });
  // The first signing key is created when it is requested.
  await fetch(`${desk.url}/.well-known/jwks.json`);
  const rule = {
    trigger: { kind: "enters" as const },
    filters: { tag: "none" },
    actions: [{ kind: "followUp" as const, inDays: 1 }],
  };
  const { id: automation } = await admin.automations.create({ name: "Follow up", rule, reason });
  const view = await admin.views.create({ name: "Any seats", filters: { seatsFrom: 1 } });
  await admin.views.share({ id: view.id, isShared: true });

  await desk.db
    .execute(sql`insert into staff (tenant_id, object_id, name, email, role, first_seen_at, last_sign_in_at, access_lost_at)
    values ('tenant', 'left', 'Someone who left', null, 'operator', now(), now(), now())`);
  await desk.db.execute(
    sql`update subscriptions set owner_id = 'tenant:left', owner_name = 'Someone who left' where id = ${metered}`,
  );

  const { version } = await admin.cancellations.policy();
  await admin.cancellations.setPolicy({ needsSecondPerson: true, waitsHours: 24, seenVersion: version });
  await admin.subscriptions.cancel({ subscriptionId: other, confirmation: other, reason });
  const now = await admin.cancellations.policy();
  await admin.cancellations.setPolicy({ needsSecondPerson: false, waitsHours: 24, seenVersion: now.version, reason });
  return { id, other, customer, operation, open: stuck, endpoint: endpointId, automation };
}
export type Made = Awaited<ReturnType<typeof prepareDialogs>>;

const subscription = ({ id }: Made) => `/subscriptions/${id}`;
const customerPage = ({ customer }: Made) => `/customers/${customer}`;
const endpointPage = ({ endpoint }: Made) => `/settings/endpoints/${endpoint}`;
const ofScopes = (file: string, path: string): DialogEntry => ({ file, path, button: /^Edit/ });

export const deskDialogs: DialogEntry[] = [
  ...["Change seats", "Change plan", "Suspend", "Cancel subscription"].map((button) => ({
    file: "pages/subscription/action-dialog.tsx",
    path: subscription,
    button,
    within: "[role=group][aria-label=Actions]",
  })),
  { file: "pages/subscription/actions.tsx", path: subscription, button: /^(More|Actions)$/, kind: "menu" },
  { file: "pages/subscription/answers-dialog.tsx", path: subscription, button: /answers…/i },
  { file: "pages/subscription/customer-summary-dialog.tsx", path: subscription, button: /^Summary/ },
  ...["Approve", "Decline"].map((button) => ({
    file: "pages/subscription/cancel-request-dialog.tsx",
    path: ({ other }: Made) => `/subscriptions/${other}`,
    button,
  })),
  { file: "components/write/write-dialog.tsx", path: subscription, button: /^Write…/ },
  { file: "components/staff-fields.tsx", path: subscription, button: "Assign to…", kind: "menu" },
  { file: "components/export-menu.tsx", path: "/subscriptions", button: "Export", kind: "menu" },
  { file: "pages/subscriptions/columns-menu.tsx", path: "/subscriptions", button: "Columns", kind: "menu" },
  {
    file: "pages/subscriptions/saved-views.tsx",
    path: "/subscriptions?status=Subscribed",
    button: "Save view",
    kind: "menu",
  },
  {
    file: "pages/subscriptions/saved-views.tsx",
    path: "/subscriptions?seatsFrom=1",
    button: "Manage view",
    kind: "menu",
  },
  ...["Suspend", "Tags", "Change seats"].map((button) => ({
    file: "pages/subscriptions/bulk-dialog.tsx",
    path: "/subscriptions",
    before: selectFirstRow,
    button,
  })),
  { file: "components/try-again-dialog.tsx", path: "/operations", before: selectFirstRow, button: "Try again…" },
  { file: "components/table/time-range-filter.tsx", path: "/activity", button: "Any time", kind: "menu" },
  { file: "pages/customer/merge-dialog.tsx", path: customerPage, button: /^Merge into another/ },
  { file: "pages/customer/separate-dialog.tsx", path: customerPage, button: /^Separate…/ },
  ...["Replay", "Skip"].map((button) => ({
    file: "pages/operation/operation-dialog.tsx",
    path: (made: Made) => `/operations/${button === "Skip" ? made.open : made.operation}`,
    button,
  })),
  { file: "pages/home/snooze-dialog.tsx", path: "/", button: /^Snooze/ },
  { file: "pages/home/activate-dialog.tsx", path: "/", button: /^Activate/ },
  { file: "pages/home/replay-dialog.tsx", path: "/", button: /^Replay/ },
  { file: "pages/usage/enter-dialog.tsx", path: "/usage", button: "Enter usage…" },
  { file: "pages/usage/upload-dialog.tsx", path: "/usage", button: "Upload usage…" },
  { file: "pages/usage/settings-dialog.tsx", path: "/usage", button: "Change settings…" },
  { file: "pages/usage/included-dialog.tsx", path: "/usage", button: /^Set included/ },
  { file: "pages/usage/decide-dialog.tsx", path: "/usage", button: /^Decide…/ },
  { file: "pages/reasons/add-reason.tsx", path: "/settings/reasons", button: "Add reason…" },
  ofScopes("pages/rules/rule-dialog.tsx", "/settings/rules"),
  ofScopes("pages/policies/policy-dialog.tsx", "/settings/activation"),
  ofScopes("pages/destinations/destination-dialog.tsx", "/settings/destination"),
  ofScopes("pages/questions/questions-dialog.tsx", "/settings/questions"),
  { file: "pages/destinations/origin-dialog.tsx", path: "/settings/destination", button: "Add origin…" },
  { file: "pages/destinations/origin-dialog.tsx", path: "/settings/destination", button: /^Remove…/ },
  { file: "pages/branding/branding-history.tsx", path: "/settings/branding", button: /^History/ },
  { file: "pages/offers/name-offer.tsx", path: "/settings/offers", button: /^(Name|Rename)…/ },
  { file: "pages/channels/channel-dialogs.tsx", path: "/settings/channels", button: "Add channel…" },
  { file: "pages/channels/channel-dialogs.tsx", path: "/settings/channels", button: /^Choose messages…/ },
  { file: "pages/channels/channel-dialogs.tsx", path: "/settings/channels", button: /^Remove…/ },
  { file: "pages/endpoints/endpoint-form.tsx", path: "/settings/endpoints", button: "Create endpoint…" },
  { file: "pages/endpoints/endpoint-form.tsx", path: endpointPage, button: "Edit…" },
  { file: "pages/endpoints/rotate-dialog.tsx", path: endpointPage, button: "Rotate secret…" },
  { file: "pages/endpoints/resend-dialog.tsx", path: endpointPage, button: "Send again…" },
  { file: "pages/endpoints/endpoint-dialogs.tsx", path: endpointPage, button: "Pause…" },
  { file: "pages/endpoints/endpoint-dialogs.tsx", path: endpointPage, button: "Remove…" },
  { file: "pages/api-keys/key-dialogs.tsx", path: "/settings/api-keys", button: "Create key…" },
  { file: "pages/api-keys/key-dialogs.tsx", path: "/settings/api-keys", button: /^Revoke…/ },
  { file: "pages/api-keys/replace-signing-key.tsx", path: "/settings/api-keys", button: /^Replace signing key…/ },
  {
    file: "pages/automations/remove-dialog.tsx",
    path: ({ automation }) => `/settings/automations/${automation}`,
    button: "Delete…",
  },
  { file: "pages/staff/staff-dialog.tsx", path: "/settings/staff", button: /^Block… Someone/ },
  { file: "pages/staff/hand-over-dialog.tsx", path: "/settings/staff", button: /^Hand over…/ },
  { file: "pages/policy-changes/decline-dialog.tsx", path: "/settings/policy-changes", button: /^Decline…/ },
  {
    file: "pages/people/erase-dialog.tsx",
    path: "/settings/people",
    async before(page) {
      await page.getByLabel("Email address").fill("someone@example.com");
      await page.keyboard.press("Enter");
    },
    button: "Erase…",
  },
  { file: "shell/keyboard-help.tsx", path: "/subscriptions", focused: row, key: "?" },
  { file: "components/table/table.tsx", path: "/subscriptions", focused: row, key: "Space", kind: "drawer" },
  {
    file: "shell/navigation-links.tsx",
    path: "/settings",
    button: "More",
    within: "nav",
    kind: "menu",
    isOnPhonesOnly: true,
  },
  { file: "shell/user-menu.tsx", path: "/subscriptions", button: /^Your account/, within: "header", kind: "menu" },
  {
    file: "shell/fresh-sign-in-dialog.tsx",
    path: "/settings/api-keys",
    async before(page, desk) {
      await desk.db.execute(sql`update sessions set authenticated_at = now() - interval '1 hour'`);
      await page.getByRole("button", { name: "Create key…" }).press("Enter");
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Name").fill("Another");
      await dialog.getByRole("checkbox", { name: /^Read/ }).check();
    },
    button: "Create key",
    within: "[role=dialog]",
  },
];

/** The element that has the focus when the dialog is opened. */
export function openerOf(page: Page, { button = "", within = "main", focused }: DialogEntry): Locator {
  if (focused) return page.locator(focused).first();
  const isExact = typeof button === "string" ? { exact: true } : {};
  return page
    .locator(within)
    .getByRole("button", { name: button, ...isExact })
    .first();
}
