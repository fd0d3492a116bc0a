/** All procedures, by noun. */
import { cancellationsRouter } from "./cancellations.ts";
import { bulkRouter } from "./bulk.ts";
import { customerMailsRouter } from "./customer-mails.ts";
import { customersRouter } from "./customers.ts";
import { connectionRouter } from "./connection.ts";
import { destinationsRouter } from "./destinations.ts";
import { endpointsRouter } from "./endpoints.ts";
import { findRouter } from "./find.ts";
import { activityRouter, deliveriesRouter } from "./history.ts";
import { router } from "./init.ts";
import { noticesRouter, notificationsRouter } from "./notifications.ts";
import { channelsRouter } from "./channels.ts";
import { purchaserMailsRouter } from "./purchaser-mails.ts";
import { keysRouter } from "./api-keys.ts";
import { signingKeysRouter } from "./signing-keys.ts";
import { liveRouter } from "./live.ts";
import { meRouter } from "./me.ts";
import { messagesRouter } from "./messages.ts";
import { needsRouter } from "./needs.ts";
import { notesRouter } from "./notes.ts";
import { offersRouter } from "./offers.ts";
import { operationsRouter } from "./operations.ts";
import { peopleRouter } from "./people.ts";
import { plannedChangesRouter } from "./planned-changes.ts";
import { policiesRouter } from "./policies.ts";
import { automationsRouter } from "./automations.ts";
import { policyChangesRouter } from "./policy-changes.ts";
import { questionsRouter } from "./questions.ts";
import { reasonsRouter } from "./reasons.ts";
import { overviewRouter } from "./overview.ts";
import { reconcileRouter } from "./reconcile.ts";
import { rulesRouter } from "./rules.ts";
import { brandingRouter, retentionRouter } from "./settings.ts";
import { securityRouter } from "./security.ts";
import { staffRouter } from "./staff.ts";
import { submissionsRouter } from "./submissions.ts";
import { subscriptionsRouter } from "./subscriptions.ts";
import { truthRouter } from "./truth.ts";
import { usageRouter } from "./usage.ts";
import { viewsRouter } from "./saved-views.ts";

export const appRouter = router({
  me: meRouter,
  find: findRouter,
  needs: needsRouter,
  notes: notesRouter,
  subscriptions: subscriptionsRouter,
  customers: customersRouter,
  customerMails: customerMailsRouter,
  truth: truthRouter,
  views: viewsRouter,
  bulk: bulkRouter,
  operations: operationsRouter,
  deliveries: deliveriesRouter,
  activity: activityRouter,
  overview: overviewRouter,
  reconcile: reconcileRouter,
  rules: rulesRouter,
  reasons: reasonsRouter,
  cancellations: cancellationsRouter,
  plannedChanges: plannedChangesRouter,
  automations: automationsRouter,
  policies: policiesRouter,
  policyChanges: policyChangesRouter,
  connection: connectionRouter,
  offers: offersRouter,
  usage: usageRouter,
  destinations: destinationsRouter,
  questions: questionsRouter,
  branding: brandingRouter,
  retention: retentionRouter,
  staff: staffRouter,
  security: securityRouter,
  keys: keysRouter,
  signingKeys: signingKeysRouter,
  endpoints: endpointsRouter,
  messages: messagesRouter,
  channels: channelsRouter,
  notifications: notificationsRouter,
  notices: noticesRouter,
  purchaserMails: purchaserMailsRouter,
  people: peopleRouter,
  live: liveRouter,
  submissions: submissionsRouter,
});

/** The dashboard imports only this type from the server. */
export type AppRouter = typeof appRouter;
