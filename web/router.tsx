/** All URLs of the dashboard. Pages are loaded on demand, in parallel with their data. */
import { createRoute, createRouter } from "@tanstack/react-router";
import type { BulkRowState, BulkRunFilters } from "../shared/bulk.ts";
import type {
  ActivityFilters,
  CustomerFilters,
  DeliveryFilters,
  NeedFilters,
  OperationFilters,
  OverviewFilters,
  SubscriptionFilters,
  TimelineFilters,
} from "../shared/filters.ts";
import type { PlannedChangeFilters } from "../shared/planned-changes.ts";
import type { UsageFilters } from "../shared/inputs/usage.ts";
import { PageProblem } from "./components/problem.tsx";
import { lazyRouteComponent } from "./live/lazy-page.ts";
import { NotFound } from "./shell/not-found.tsx";
import { parseSearch, stringifySearch } from "./url-search.ts";
import { queryClient, trpc } from "./trpc.ts";
import { keepSearch, root } from "./root-route.ts";
import { settingsRoutes } from "./settings-routes.ts";

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  validateSearch: keepSearch<
    NeedFilters & { snooze?: string; kind?: string; owner?: string; offer?: string; money?: string }
  >,
  loader: () => void queryClient.prefetchQuery(trpc.needs.list.queryOptions({})),
  component: lazyRouteComponent(() => import("./pages/home/home.tsx"), "HomePage"),
});

const subscriptions = createRoute({
  getParentRoute: () => root,
  path: "/subscriptions",
  validateSearch: keepSearch<SubscriptionFilters>,
  component: lazyRouteComponent(() => import("./pages/subscriptions/subscriptions.tsx"), "SubscriptionsPage"),
});

const subscription = createRoute({
  getParentRoute: () => root,
  path: "/subscriptions/$id",
  validateSearch: keepSearch<TimelineFilters & { act?: string }>,
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
  validateSearch: keepSearch<CustomerFilters>,
  component: lazyRouteComponent(() => import("./pages/customers/customers.tsx"), "CustomersPage"),
});

const customer = createRoute({
  getParentRoute: () => root,
  path: "/customers/$id",
  validateSearch: keepSearch<TimelineFilters>,
  loader: ({ params }) => void queryClient.prefetchQuery(trpc.customers.get.queryOptions({ id: params.id })),
  component: lazyRouteComponent(() => import("./pages/customer/customer.tsx"), "CustomerPage"),
});

const bulkRuns = createRoute({
  getParentRoute: () => root,
  path: "/bulk",
  validateSearch: keepSearch<BulkRunFilters>,
  component: lazyRouteComponent(() => import("./pages/bulk/bulk-runs.tsx"), "BulkRunsPage"),
});

const bulk = createRoute({
  getParentRoute: () => root,
  path: "/bulk/$id",
  validateSearch: keepSearch<{ state?: BulkRowState }>,
  loader: ({ params }) => void queryClient.prefetchQuery(trpc.bulk.get.queryOptions({ id: params.id })),
  component: lazyRouteComponent(() => import("./pages/bulk/bulk.tsx"), "BulkPage"),
});

const operations = createRoute({
  getParentRoute: () => root,
  path: "/operations",
  validateSearch: keepSearch<OperationFilters>,
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
  validateSearch: keepSearch<UsageFilters>,
  component: lazyRouteComponent(() => import("./pages/usage/usage.tsx"), "UsagePage"),
});

const planned = createRoute({
  getParentRoute: () => root,
  path: "/planned",
  validateSearch: keepSearch<PlannedChangeFilters>,
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
  validateSearch: keepSearch<DeliveryFilters>,
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
  validateSearch: keepSearch<ActivityFilters>,
  component: lazyRouteComponent(() => import("./pages/activity.tsx"), "ActivityPage"),
});

const overview = createRoute({
  getParentRoute: () => root,
  path: "/overview",
  validateSearch: keepSearch<OverviewFilters>,
  component: lazyRouteComponent(() => import("./pages/overview/overview.tsx"), "OverviewPage"),
});

const act = createRoute({
  getParentRoute: () => root,
  path: "/act",
  validateSearch: keepSearch<{ link?: string; do?: string }>,
  component: lazyRouteComponent(() => import("./pages/act/act.tsx"), "ActPage"),
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
    settingsRoutes,
  ]),
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  defaultPreloadDelay: 80,
  defaultPreloadStaleTime: 0,
  defaultPendingMs: 300,
  defaultNotFoundComponent: NotFound,
  // Showing the same data again would fail again.
  defaultErrorComponent: ({ error }) => <PageProblem error={error} onRetry={() => location.reload()} />,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
