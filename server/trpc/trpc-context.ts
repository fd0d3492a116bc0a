/** What a procedure gets with a request. */
import type { Logger } from "pino";
import type { LandingPreviewInput } from "../../shared/branding.ts";
import { type Day, utcDayOf } from "../../shared/day.ts";
import type { Role } from "../../shared/roles.ts";
import type { Connection } from "../commands/connection/check-connection.ts";
import type { EndpointTools } from "../commands/endpoints/endpoint-tools.ts";
import type { NotifyTools } from "../commands/notifications/notify-tools.ts";
import type { SigningContext } from "../commands/signing-keys/rotate-signing-key.ts";
import type { Changes } from "../database/connection/change-listener.ts";
import type { Database } from "../database/connection/database.ts";
import type { Marketplace } from "../marketplace/types.ts";
import type { TakeStream } from "./streams.ts";

export type StaffMember = { id: string; name: string; email: string | null; role: Role };

export type TrpcContext = {
  db: Database;
  /** For large reads: its statements may take long. */
  slowDb: Database;
  /** For what needs attention: its statements are planned once. */
  needsDb: Database;
  marketplace: Marketplace;
  now: () => Date;
  /** Microsoft's time; `now` if absent. */
  marketplaceNow?: (() => Date) | undefined;
  /** The reader's day, as their page states it; null if not stated. */
  today: Day | null;
  log: Logger;
  changes: Changes;
  sandboxUrl: string | null;
  connection: Connection;
  /** For the keys that sign entitlements. They use real time, also while the sandbox's clock is moved. */
  signing: SigningContext;
  endpointTools: EndpointTools;
  /** The landing page of an example purchase as HTML. */
  previewLanding: (input: LandingPreviewInput) => Promise<string>;
  notifyTools: NotifyTools;
  /** Why this instance cannot serve; null if it can. */
  readiness?: () => Promise<string | null>;
  /** Null without a sign-in. */
  staff: StaffMember | null;
  /** The person has just proved who they are. */
  isSignInFresh: boolean;
  /** The id of the session; null if there is none. */
  sessionId: string | null;
  /**
   * Checks the person's role with Entra before an action that cannot be undone.
   * @throws AppError with a sentence
   */
  recheckRole: () => Promise<Role>;
  /** For streamed responses: calls `onEnd` soon after the session has ended. The returned function stops watching. */
  watchSignIn: (onEnd: () => void) => () => void;
  /** Opens a stream of changes if the limits allow it; `end` is called if another stream takes its place. */
  takeStream: TakeStream;
  /** The call comes from a page of another build, such as a tab that was open during an upgrade. */
  isPageOutdated?: boolean;
  /** Why a change is refused because of its origin; null if it is accepted. */
  refusedOrigin: string | null;
  /** The id under which the page submits this change: it is carried out once, and the page can ask for its outcome. */
  submissionId: string | null;
  /** The person that the page shows as signed in; null if it does not say. */
  expectedStaffId: string | null;
};

/** The reader's day, or else the day in UTC. */
export const todayOf = ({ today, now }: Pick<TrpcContext, "today" | "now">): Day => today ?? utcDayOf(now());
