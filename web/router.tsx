/** All URLs of the dashboard. Pages are loaded on demand, in parallel with their data. */
import { createRootRoute, createRoute, createRouter } from "@tanstack/react-router";
import type { BulkRowState, BulkRunFilters } from "../shared/bulk.ts";
import type {
  ActivityFilters,
  CustomerFilters,
  DeliveryFilters,
  DifferenceFilters,
  NeedFilters,
  OperationFilters,
  OverviewFilters,
  SubscriptionFilters,
  TimelineFilters,
} from "../shared/filters.ts";
import type { MessageFilters } from "../shared/inputs/outbox.ts";
import type { PlannedChangeFilters } from "../shared/planned-changes.ts";
import type { UsageFilters } from "../shared/inputs/usage.ts";
import { PageProblem } from "./components/problem.tsx";
import { lazyRouteComponent } from "./live/lazy-page.ts";
import { NotFound } from "./shell/not-found.tsx";
import { parseSearch, stringifySearch } from "./url-search.ts";
import { Shell } from "./shell/shell.tsx";
import { queryClient, trpc } from "./trpc.ts";

/** Pages validate their URL's filters themselves, so that the schemas are loaded with the page. */
function asWritten<Filters>(search: Filters): Filters {
  return search;
}

const root = createRootRoute({ component: Shell });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  validateSearch: asWritten<
    NeedFilters & { snooze?: string; kind?: string; owner?: string; offer?: string; money?: string }
  >,
  loader: () => void queryClient.prefetchQuery(trpc.needs.list.queryOptions({})),
  component: lazyRouteComponent(() => import("./pages/home/home.tsx"), "HomePage"),
});

const subscriptions = createRoute({
  getParentRoute: () => root,
  path: "/subscriptions",
  validateSearch: asWritten<SubscriptionFilters>,
  component: lazyRouteComponent(() => import("./pages/subscriptions/subscriptions.tsx"), "SubscriptionsPage"),
});

const subscription = createRoute({
  getParentRoute: () => root,
  path: "/subscriptions/$id",
  validateSearch: asWritten<TimelineFilters & { act?: string }>,
  loader: ({ params }) => {
    const { id } = params;
    // In a call of its own: its answer fills the first screen and does not wait for the others.
    void queryClient.prefetchQuery(
      trpc.subscriptions.get.queryOptions({ id }, { trpc: { context: { skipBatch: true } } }),
    );
    void queryClient.prefetchQuery(trpc.questions.ofSubscription.queryOptions({ id }));
    void queryClient.prefetchQuery(trpc.subscriptions.siblings.queryOptions({ id }));
    void queryClient.prefetchQuery(trpc.usage.ofSubscription.queryOptions({ id }));
    void queryClient.prefetchQuery(trpc.truth.get.queryOptions({ id }));
    void queryClient.prefetchQuery(trpc.reasons.list.queryOptions());
  },
  component: lazyRouteComponent(() => import("./pages/subscription/subscription.tsx"), "SubscriptionPage"),
});

const customers = createRoute({
  getParentRoute: () => root,
  path: "/customers",
  validateSearch: asWritten<CustomerFilters>,
  component: lazyRouteComponent(() => import("./pages/customers/customers.tsx"), "CustomersPage"),
});

const customer = createRoute({
  getParentRoute: () => root,
  path: "/customers/$id",
  validateSearch: asWritten<TimelineFilters>,
  loader: ({ params }) => void queryClient.prefetchQuery(trpc.customers.get.queryOptions({ id: params.id })),
  component: lazyRouteComponent(() => import("./pages/customer/customer.tsx"), "CustomerPage"),
});

const bulkRuns = createRoute({
  getParentRoute: () => root,
  path: "/bulk",
  validateSearch: asWritten<BulkRunFilters>,
  component: lazyRouteComponent(() => import("./pages/bulk/bulk-runs.tsx"), "BulkRunsPage"),
});

const bulk = createRoute({
  getParentRoute: () => root,
  path: "/bulk/$id",
  validateSearch: asWritten<{ state?: BulkRowState }>,
  loader: ({ params }) => void queryClient.prefetchQuery(trpc.bulk.get.queryOptions({ id: params.id })),
  component: lazyRouteComponent(() => import("./pages/bulk/bulk.tsx"), "BulkPage"),
});

const operations = createRoute({
  getParentRoute: () => root,
  path: "/operations",
  validateSearch: asWritten<OperationFilters>,
  component: lazyRouteComponent(() => import("./pages/operations.tsx"), "OperationsPage"),
});

const operation = createRoute({
  getParentRoute: () => root,
  path: "/operations/$id",
  loader: ({ params }) => void queryClient.prefetchQuery(trpc.operations.trace.queryOptions({ id: params.id })),
  component: lazyRouteComponent(() => import("./pages/operation/operation.tsx"), "OperationPage"),
});

const usage = createRoute({
  getParentRoute: () => root,
  path: "/usage",
  validateSearch: asWritten<UsageFilters>,
  component: lazyRouteComponent(() => import("./pages/usage/usage.tsx"), "UsagePage"),
});

const planned = createRoute({
  getParentRoute: () => root,
  path: "/planned",
  validateSearch: asWritten<PlannedChangeFilters>,
  component: lazyRouteComponent(() => import("./pages/planned.tsx"), "PlannedPage"),
});

const usageProof = createRoute({
  getParentRoute: () => root,
  path: "/usage/$id",
  loader: ({ params }) => void queryClient.prefetchQuery(trpc.usage.proof.queryOptions({ id: params.id })),
  component: lazyRouteComponent(() => import("./pages/usage/usage-proof.tsx"), "UsageProofPage"),
});

const deliveries = createRoute({
  getParentRoute: () => root,
  path: "/deliveries",
  validateSearch: asWritten<DeliveryFilters>,
  component: lazyRouteComponent(() => import("./pages/deliveries.tsx"), "DeliveriesPage"),
});

const delivery = createRoute({
  getParentRoute: () => root,
  path: "/deliveries/$id",
  loader: ({ params }) => void queryClient.prefetchQuery(trpc.deliveries.get.queryOptions({ id: params.id })),
  component: lazyRouteComponent(() => import("./pages/delivery.tsx"), "DeliveryPage"),
});

const activity = createRoute({
  getParentRoute: () => root,
  path: "/activity",
  validateSearch: asWritten<ActivityFilters>,
  component: lazyRouteComponent(() => import("./pages/activity.tsx"), "ActivityPage"),
});

const overview = createRoute({
  getParentRoute: () => root,
  path: "/overview",
  validateSearch: asWritten<OverviewFilters>,
  component: lazyRouteComponent(() => import("./pages/overview/overview.tsx"), "OverviewPage"),
});

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
  validateSearch: asWritten<DifferenceFilters>,
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
  loader: () => void queryClient.prefetchQuery(trpc.endpoints.list.queryOptions()),
  component: lazyRouteComponent(() => import("./pages/endpoints/endpoints.tsx"), "EndpointsPage"),
});

const endpoint = createRoute({
  getParentRoute: () => settings,
  path: "/endpoints/$id",
  loader: () => void queryClient.prefetchQuery(trpc.endpoints.list.queryOptions()),
  component: lazyRouteComponent(() => import("./pages/endpoints/endpoint.tsx"), "EndpointPage"),
});

const messages = createRoute({
  getParentRoute: () => settings,
  path: "/messages",
  validateSearch: asWritten<MessageFilters>,
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
  validateSearch: asWritten<{ offer?: string }>,
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

const act = createRoute({
  getParentRoute: () => root,
  path: "/act",
  validateSearch: asWritten<{ link?: string; do?: string }>,
  component: lazyRouteComponent(() => import("./pages/act/act.tsx"), "ActPage"),
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

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    subscriptions,
    subscription,
    customers,
    customer,
    bulkRuns,
    bulk,
    operations,
    operation,
    usage,
    usageProof,
    planned,
    deliveries,
    delivery,
    activity,
    overview,
    act,
    settings.addChildren([
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
    ]),
  ]),
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  defaultPreloadDelay: 80,
  defaultPreloadStaleTime: 0,
  defaultPendingMs: 300,
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: ({ error, reset }) => <PageProblem error={error} onRetry={reset} />,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
