/** All URLs of the settings. */
import { createRoute } from "@tanstack/react-router";
import type { DifferenceFilters } from "../shared/filters.ts";
import type { MessageFilters } from "../shared/inputs/outbox.ts";
import { lazyRouteComponent } from "./live/lazy-page.ts";
import { queryClient, trpc } from "./trpc.ts";
import { keepSearch, root } from "./root-route.ts";

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: lazyRouteComponent(() => import("./pages/settings/settings.tsx"), "SettingsFrame"),
});

const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/settings/settings.tsx"), "SettingsPage"),
});

const reconcile = createRoute({
  getParentRoute: () => settings,
  path: "/reconcile",
  validateSearch: keepSearch<DifferenceFilters>,
  loader: () => void queryClient.prefetchQuery(trpc.reconcile.status.queryOptions()),
  component: lazyRouteComponent(() => import("./pages/reconcile/reconcile.tsx"), "ReconcilePage"),
});

const rules = createRoute({
  getParentRoute: () => settings,
  path: "/rules",
  loader: () => void queryClient.prefetchQuery(trpc.rules.list.queryOptions()),
  component: lazyRouteComponent(() => import("./pages/rules/rules.tsx"), "RulesPage"),
});

const connection = createRoute({
  getParentRoute: () => settings,
  path: "/connection",
  component: lazyRouteComponent(() => import("./pages/connection/connection.tsx"), "ConnectionPage"),
});

const offers = createRoute({
  getParentRoute: () => settings,
  path: "/offers",
  loader: () => void queryClient.prefetchQuery(trpc.offers.list.queryOptions()),
  component: lazyRouteComponent(() => import("./pages/offers/offers.tsx"), "OffersPage"),
});

const reasons = createRoute({
  getParentRoute: () => settings,
  path: "/reasons",
  loader: () => void queryClient.prefetchQuery(trpc.reasons.list.queryOptions()),
  component: lazyRouteComponent(() => import("./pages/reasons/reasons.tsx"), "ReasonsPage"),
});

const cancellations = createRoute({
  getParentRoute: () => settings,
  path: "/cancellations",
  loader: () => void queryClient.prefetchQuery(trpc.cancellations.policy.queryOptions()),
  component: lazyRouteComponent(() => import("./pages/cancellations/cancellations.tsx"), "CancellationsPage"),
});

const security = createRoute({
  getParentRoute: () => settings,
  path: "/security",
  loader: () => void queryClient.prefetchQuery(trpc.security.sessions.queryOptions()),
  component: lazyRouteComponent(() => import("./pages/security/security.tsx"), "SecurityPage"),
});

const policyChanges = createRoute({
  getParentRoute: () => settings,
  path: "/policy-changes",
  loader: () => void queryClient.prefetchQuery(trpc.policyChanges.list.queryOptions()),
  component: lazyRouteComponent(() => import("./pages/policy-changes/policy-changes.tsx"), "PolicyChangesPage"),
});

const staff = createRoute({
  getParentRoute: () => settings,
  path: "/staff",
  component: lazyRouteComponent(() => import("./pages/staff/staff.tsx"), "StaffPage"),
});

const policies = createRoute({
  getParentRoute: () => settings,
  path: "/activation",
  loader: () => void queryClient.prefetchQuery(trpc.policies.list.queryOptions()),
  component: lazyRouteComponent(() => import("./pages/policies/policies.tsx"), "PoliciesPage"),
});

const destinations = createRoute({
  getParentRoute: () => settings,
  path: "/destination",
  component: lazyRouteComponent(() => import("./pages/destinations/destinations.tsx"), "DestinationsPage"),
});

const questions = createRoute({
  getParentRoute: () => settings,
  path: "/questions",
  component: lazyRouteComponent(() => import("./pages/questions/questions.tsx"), "QuestionsPage"),
});

const apiKeys = createRoute({
  getParentRoute: () => settings,
  path: "/api-keys",
  component: lazyRouteComponent(() => import("./pages/api-keys/api-keys.tsx"), "ApiKeysPage"),
});

const endpoints = createRoute({
  getParentRoute: () => settings,
  path: "/endpoints",
  component: lazyRouteComponent(() => import("./pages/endpoints/endpoints.tsx"), "EndpointsPage"),
});

const endpoint = createRoute({
  getParentRoute: () => settings,
  path: "/endpoints/$id",
  component: lazyRouteComponent(() => import("./pages/endpoints/endpoint.tsx"), "EndpointPage"),
});

const messages = createRoute({
  getParentRoute: () => settings,
  path: "/messages",
  validateSearch: keepSearch<MessageFilters>,
  component: lazyRouteComponent(() => import("./pages/messages/messages.tsx"), "MessagesPage"),
});

const message = createRoute({
  getParentRoute: () => settings,
  path: "/messages/$id",
  component: lazyRouteComponent(() => import("./pages/messages/message.tsx"), "MessagePage"),
});

const branding = createRoute({
  getParentRoute: () => settings,
  path: "/branding",
  validateSearch: keepSearch<{ offer?: string }>,
  loader: () => void queryClient.prefetchQuery(trpc.branding.list.queryOptions()),
  component: lazyRouteComponent(() => import("./pages/branding/branding.tsx"), "BrandingPage"),
});

const notifications = createRoute({
  getParentRoute: () => settings,
  path: "/notifications",
  component: lazyRouteComponent(() => import("./pages/notifications/notifications.tsx"), "NotificationsPage"),
});

const channels = createRoute({
  getParentRoute: () => settings,
  path: "/channels",
  component: lazyRouteComponent(() => import("./pages/channels/channels.tsx"), "ChannelsPage"),
});

const purchaserMails = createRoute({
  getParentRoute: () => settings,
  path: "/purchaser-mails",
  component: lazyRouteComponent(() => import("./pages/purchaser-mails/purchaser-mails.tsx"), "PurchaserMailsPage"),
});

const automations = createRoute({
  getParentRoute: () => settings,
  path: "/automations",
  loader: () => void queryClient.prefetchQuery(trpc.automations.list.queryOptions()),
  component: lazyRouteComponent(() => import("./pages/automations/automations.tsx"), "AutomationsPage"),
});

const automation = createRoute({
  getParentRoute: () => settings,
  path: "/automations/$id",
  component: lazyRouteComponent(() => import("./pages/automations/automation.tsx"), "AutomationPage"),
});

const people = createRoute({
  getParentRoute: () => settings,
  path: "/people",
  component: lazyRouteComponent(() => import("./pages/people/people.tsx"), "PeoplePage"),
});

const retention = createRoute({
  getParentRoute: () => settings,
  path: "/retention",
  loader: () => void queryClient.prefetchQuery(trpc.retention.get.queryOptions()),
  component: lazyRouteComponent(() => import("./pages/retention/retention.tsx"), "RetentionPage"),
});

export const settingsRoutes = settings.addChildren([
  settingsHome,
  reconcile,
  rules,
  connection,
  reasons,
  security,
  policyChanges,
  cancellations,
  staff,
  offers,
  policies,
  destinations,
  questions,
  apiKeys,
  endpoints,
  endpoint,
  messages,
  message,
  notifications,
  channels,
  purchaserMails,
  branding,
  retention,
  people,
  automations,
  automation,
]);
