import { Skeleton } from "@mantine/core";
import { IconLock, IconPlayerPause } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { Suspense, useDeferredValue, useState } from "react";
import { lazyPart } from "../../components/lazy-part.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Empty, Problem } from "../../components/problem.tsx";
import { ShortId } from "../../components/short-id.tsx";
import { Dot } from "../../components/status.tsx";
import { SubscriptionUsage } from "../../components/usage/subscription-usage.tsx";
import { WriteButton } from "../../components/write/write-button.tsx";
import { TestTag } from "../../components/test-tag.tsx";
import { Ago, LocalDate, DaysUntil, DayText, useIsOver } from "../../components/time.tsx";
import { isolated } from "../../../shared/foreign-text.ts";
import { suspensionWindowDays } from "../../../shared/lifecycle.ts";
import { useRecordVisit } from "../../search/use-record-visit.ts";
import { countOf, dayMs } from "../../text/format.ts";
import { isNotFound } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import type { Subscription } from "../../trpc.ts";
import { accessLabels, statusLabels } from "../../text/labels.ts";
import { Actions } from "./actions.tsx";
import { StaffCard } from "./staff-card.tsx";
import { OpenOperations } from "./open-operations.tsx";
import { Refresh } from "./refresh.tsx";
import { TechnicalDetails } from "./technical-details.tsx";
import { SubscriptionDetails } from "./subscription-details.tsx";
import { SubscriptionTimeline } from "./subscription-timeline.tsx";
import { SyncStatusCard } from "./sync-status-card.tsx";
import * as calloutStyles from "../../components/callout.module.css";
import * as pageStyles from "../../components/page.module.css";
import * as tagStyles from "../../components/tag.module.css";
import * as styles from "./subscription.module.css";

// Loaded on demand: few subscriptions have one.
const CancelRequest = lazyPart(() => import("./cancel-request.tsx"), "CancelRequest");
const OpenAutomations = lazyPart(() => import("./open-automations.tsx"), "OpenAutomations");
const PlannedChanges = lazyPart(() => import("./planned-changes.tsx"), "PlannedChanges");

const route = getRouteApi("/subscriptions/$id");

export function SubscriptionPage() {
  const { id } = route.useParams();
  const subscription = useQuery(trpc.subscriptions.get.queryOptions({ id }));
  // A part whose code is still loading appears once it is loaded; until then the page does not change.
  const shown = useDeferredValue(subscription.data);
  return (
    <div className={pageStyles.page}>
      <p className={pageStyles.backLink}>
        <Link to="/subscriptions">Subscriptions</Link>
        <ShortId id={id} of="subscription" />
      </p>
      {shown?.id === id ? (
        <Suspense fallback={<SubscriptionSkeleton />}>
          <Details subscription={shown} key={id} />
        </Suspense>
      ) : subscription.error && isNotFound(subscription.error) ? (
        <SubscriptionNotFound id={id} />
      ) : subscription.error ? (
        <>
          <PageHeader title="Subscription" />
          <Problem error={subscription.error} onRetry={() => void subscription.refetch()} />
        </>
      ) : (
        <SubscriptionSkeleton />
      )}
    </div>
  );
}

function Details({ subscription }: { subscription: Subscription }) {
  const { name, planName, quantity, automations } = subscription;
  const hasOpenAutomations = automations.proposals.length + automations.problems.length > 0;
  useRecordVisit("subscription", subscription.id, name);
  const seats = quantity === null ? "" : ` · ${countOf(quantity, "seat")}`;
  return (
    <>
      <PageHeader title={`${isolated(name)} · ${isolated(planName)}${seats}`}>
        <Refresh subscription={subscription} />
        <WriteButton subscriptionId={subscription.id} name={name} />
      </PageHeader>
      <StatusLine subscription={subscription} />
      <AccessNote subscription={subscription} />
      <Actions subscription={subscription} />
      {subscription.cancelRequest && (
        <CancelRequest request={subscription.cancelRequest} purchase={subscription} name={name} />
      )}
      {hasOpenAutomations && <OpenAutomations automations={automations} />}
      {subscription.planned.length > 0 && <PlannedChanges subscription={subscription} />}
      <OpenOperations subscription={subscription} />
      <FurtherParts subscription={subscription} />
    </>
  );
}

/**
 * Parts that need further reads. A part is shown once it and all parts above it are loaded, so that none moves the others. If one cannot
 * be read, the parts below it do not wait.
 */
function FurtherParts({ subscription }: { subscription: Subscription }) {
  const { id } = subscription;
  const questions = useQuery(trpc.questions.ofSubscription.queryOptions({ id }));
  const siblings = useQuery(trpc.subscriptions.siblings.queryOptions({ id }));
  const usage = useQuery(trpc.usage.ofSubscription.queryOptions({ id }));
  const truth = useQuery(trpc.truth.get.queryOptions({ id }));
  const hasDetails = useWereRead(questions, siblings);
  const hasUsage = useWereRead(usage) && hasDetails;
  const hasTruth = useWereRead(truth) && hasUsage;
  return (
    <>
      {hasDetails && <SubscriptionDetails subscription={subscription} />}
      {hasUsage && (
        <>
          <SubscriptionUsage id={id} />
          <StaffCard subscription={subscription} />
        </>
      )}
      {hasTruth ? (
        <>
          <SyncStatusCard subscription={subscription} />
          <SubscriptionTimeline subscription={subscription} />
          <TechnicalDetails subscription={subscription} />
        </>
      ) : (
        // A new element after each part, because a moved element counts as a layout shift.
        <Skeleton key={`${hasDetails} ${hasUsage}`} height={480} aria-busy="true" />
      )}
    </>
  );
}

/** Whether each of the reads has been answered or has failed once. Stays true while a failed read is retried. */
function useWereRead(...reads: { isLoading: boolean; failureCount: number }[]): boolean {
  const [wereRead, setWereRead] = useState(false);
  const areRead = reads.every(({ isLoading, failureCount }) => !isLoading || failureCount > 0);
  if (areRead && !wereRead) setWereRead(true);
  return wereRead || areRead;
}

function StatusLine({ subscription }: { subscription: Subscription }) {
  const status = statusLabels[subscription.status];
  const access = accessLabels[subscription.access];
  return (
    <p className={styles.statusLine} data-line="status">
      <Dot tone={status.tone}>{`${status.short} · ${status.plain}`}</Dot>
      <Dot tone={access.tone}>{access.label}</Dot>
      <TermSummary subscription={subscription} />
      {subscription.isFreeTrial && <span className={tagStyles.tag}>Free trial</span>}
      <TestTag marks={subscription.testMarks} />
    </p>
  );
}

function TermSummary({ subscription }: { subscription: Subscription }) {
  const { status, termEndsOn, autoRenews } = subscription;
  const isOver = useIsOver(termEndsOn);
  if (termEndsOn === null || status === "PendingFulfillmentStart") return null;
  const ended = status === "Unsubscribed";
  const renewal = autoRenews === false ? "Ends" : autoRenews ? "Auto-renews" : "Term ends";
  const verb = ended ? "Term until" : isOver ? "Term ended" : renewal;
  return (
    <span>
      {verb} <DayText day={termEndsOn} />
      {!ended && (
        <span className="dim">
          {" "}
          (<DaysUntil day={termEndsOn} />){isOver && autoRenews && ", not renewed yet"}
        </span>
      )}
    </span>
  );
}

/** Why the customer has less than full access; at the top, because it is the first question. */
function AccessNote({ subscription }: { subscription: Subscription }) {
  const { access, accessReason, hold, status, statusSince, operations } = subscription;
  if (access === "full") return null;
  const Icon = hold ? IconPlayerPause : IconLock;
  return (
    <section className={calloutStyles.callout} data-tone={accessLabels[access].tone} aria-label="Access">
      <Icon size={18} aria-hidden />
      <div>
        <p>
          {accessReason}
          {status === "Suspended" && <CancellationDeadline since={statusSince} />}
        </p>
        {status === "Unsubscribed" && <EndedBy operations={operations} />}
        {hold && (
          <p className="dim">
            Suspended by {hold.byName} <Ago at={hold.at} />
            {hold.reasonCode && <span className={`${tagStyles.tag} ${styles.holdReason}`}>{hold.reasonCode}</span>}
            {hold.reason !== hold.reasonCode && <> “{hold.reason}”</>}
          </p>
        )}
      </div>
    </section>
  );
}

/** Who canceled the subscription and why, as far as Marketdesk knows. */
function EndedBy({ operations }: Pick<Subscription, "operations">) {
  const ended = operations.find(({ action, outcome }) => action === "Unsubscribe" && outcome === "succeeded");
  if (!ended) return null;
  const { actor, approvedByName, source, reason, createdAt } = ended;
  return (
    <p className="dim">
      {source === "Azure" ? "Canceled by the customer or Microsoft" : `Canceled by ${actor.name}`}{" "}
      <Ago at={createdAt} />
      {reason && <> “{reason}”</>}
      {approvedByName && `, approved by ${approvedByName}`}
      {" · "}
      <Link to="/operations/$id" params={{ id: ended.id }}>
        View operation
      </Link>
    </p>
  );
}

/** When Microsoft cancels an unpaid subscription. The latest time: it may have been suspended before Marketdesk noticed. */
function CancellationDeadline({ since }: { since: string }) {
  const at = new Date(Date.parse(since) + suspensionWindowDays * dayMs).toISOString();
  return (
    <>
      {" "}
      Will be canceled by <LocalDate at={at} /> unless paid (<Ago at={at} />
      ).
    </>
  );
}

function SubscriptionNotFound({ id }: { id: string }) {
  return (
    <>
      <PageHeader title="Subscription not found" />
      <Empty title="No subscription with this ID">
        If it exists at Microsoft, <Link to="/settings/reconcile">run a reconciliation</Link> to import it. You can also{" "}
        <Link to="/subscriptions" search={{ q: id.slice(0, 200) }}>
          search for this ID
        </Link>
        : it may belong to an operation or a customer.
      </Empty>
    </>
  );
}

function SubscriptionSkeleton() {
  return (
    <div aria-busy="true">
      <PageHeader title="Subscription" />
      <Skeleton height={20} width="50%" mb="md" />
      <Skeleton height={36} width="70%" mb="md" />
      <Skeleton height={280} mb="md" />
      <Skeleton height={320} />
    </div>
  );
}
