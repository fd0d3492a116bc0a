/** What the routes need. */
import type { Hono } from "hono";
import type { Logger } from "pino";
import type { RefusalReason } from "../../shared/refusals.ts";
import type { StaffRecheck } from "../auth/staff-recheck.ts";
import type { EntraConfig } from "../config/shape.ts";
import type { Database } from "../database/connection/database.ts";
import type { ClockReadings } from "../domain/alarm.ts";
import type { AccessProblem } from "../marketplace/access-watch.ts";
import type { Outage } from "../marketplace/breaker.ts";
import type { EntraFetch } from "../marketplace/entra-fetch.ts";
import type { KnownKeys } from "../marketplace/key-sets.ts";
import type { Marketplace } from "../marketplace/types.ts";
import type { EndpointTools } from "../commands/endpoints/endpoint-tools.ts";
import type { NotifyTools } from "../commands/notifications/notify-tools.ts";
import type { AttemptCount } from "../outbox/attempt-counts.ts";
import type { Changes } from "../database/connection/change-listener.ts";
import type { ClientAddress } from "./limits/client-address.ts";
import type { Readiness } from "./readiness.ts";
import type { RecordRefusal } from "./refused-requests.ts";
import type { WebhookDeps } from "./webhook.ts";

export type AppDeps = {
  db: Database;
  /** For exports and previews: its statements may take long. */
  slowDb: Database;
  /** For reading needs, with prepared statements that are planned once for each connection. */
  needsDb: Database;
  marketplace: Marketplace;
  changes: Changes;
  webhook: Pick<WebhookDeps, "verify" | "receive" | "recordRejected">;
  /** All other paths: the dashboard's files and pages. */
  dashboard: (app: Hono) => void;
  /** The build of the dashboard; absent in development, where Vite serves the source. */
  build?: string | undefined;
  entra: EntraConfig;
  /** The URL of the Marketplace API. */
  marketplaceUrl: string;
  /** Entra's signing keys that this instance knows. */
  knownKeys: () => KnownKeys;
  /** Whether Microsoft responds to this instance. */
  outage: () => Outage;
  /** How this instance's calls fail at Microsoft. */
  accessProblems: () => AccessProblem[];
  clock: () => ClockReadings;
  publicUrl: string;
  clients: ClientAddress;
  isProduction: boolean;
  metricsToken: string | null;
  /** Default: true. */
  hasLimits?: boolean;
  /** Counts a refused request. */
  recordRefusal?: RecordRefusal;
  /** How many requests this instance has refused since its start. */
  refusals?: () => ReadonlyMap<RefusalReason, number>;
  outbox: EndpointTools & { attempts: () => AttemptCount[]; notify: NotifyTools };
  /** Host names that are served in addition to the host of `publicUrl`. */
  allowedHosts?: readonly string[];
  sandboxUrl: string | null;
  cookieSecret: string;
  /** Checks signed-in staff with Entra again. */
  staffRecheck: Pick<StaffRecheck, "checkNow">;
  isReady: () => boolean;
  readiness: Pick<Readiness, "problem">;
  now: () => Date;
  /** Microsoft's time; `now` if absent. */
  marketplaceNow?: () => Date;
  /** The clock for checking what Entra issues, and for outages; `now` if absent. */
  entraNow?: () => Date;
  /** Requests to Entra, so that they are recorded; without it they are not. */
  entraFetch?: EntraFetch;
  /** Called for a person who signs in without a role and may have had one. */
  onAccessLost?: (person: { tenantId: string; objectId: string }) => Promise<void>;
  log: Logger;
};
