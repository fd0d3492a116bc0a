import { Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { type PolicyChangeState, policyChangeWaitHours, policyPlaces } from "../../../shared/policy-changes.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { PolicyChangeView } from "../../../shared/views/policy-changes.ts";
import { Button } from "../../components/button.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Empty, Problem } from "../../components/problem.tsx";
import { Dot } from "../../components/status.tsx";
import { Ago, DateTime } from "../../components/time.tsx";
import { announce } from "../../shell/announce.tsx";
import { trpc } from "../../trpc.ts";
import { messageOf } from "../../text/call-errors.ts";
import * as pageStyles from "../../components/page.module.css";
import * as styles from "./policy-changes.module.css";

const DeclineDialog = lazyPart(() => import("./decline-dialog.tsx"), "DeclineDialog");

const stateLabels: Record<PolicyChangeState, { label: string; tone: "good" | "warn" | "quiet" }> = {
  waiting: { label: "Waiting for approval", tone: "warn" },
  approved: { label: "Approved", tone: "good" },
  elapsed: { label: `Applied after ${policyChangeWaitHours} hours`, tone: "good" },
  declined: { label: "Declined", tone: "quiet" },
  withdrawn: { label: "Withdrawn", tone: "quiet" },
  superseded: { label: "No longer applies", tone: "quiet" },
};

/** Changes that weaken a protective policy, with their outcome. */
export function PolicyChangesPage() {
  const changes = useQuery(trpc.policyChanges.list.queryOptions());
  const [declining, decline] = useState<PolicyChangeView | null>(null);
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Policy changes"
        note={`A change that weakens a protective policy waits until another admin approves it, or for ${policyChangeWaitHours} hours. Changes that strengthen a policy are applied immediately.`}
      />
      {changes.error && !changes.data ? (
        <Problem error={changes.error} onRetry={() => void changes.refetch()} />
      ) : !changes.data ? (
        <Skeleton height={200} />
      ) : changes.data.length === 0 ? (
        <Empty title="No policy changes">
          Changes that turn off approval of cancellations, shorten data retention, activate purchases with fewer checks,
          stop asking staff about customers' changes, or unblock staff wait here for approval.
        </Empty>
      ) : (
        <ul className={styles.policyChanges}>
          {changes.data.map((change) => (
            <Change key={change.id} change={change} onDecline={() => decline(change)} />
          ))}
        </ul>
      )}
      <Suspense>{declining && <DeclineDialog change={declining} onClose={() => decline(null)} />}</Suspense>
    </div>
  );
}

function Change({ change, onDecline }: { change: PolicyChangeView; onDecline(): void }) {
  const { policy, summary, reason, state, requestedByName, requestedAt, appliesAt, decided } = change;
  const { label, tone } = stateLabels[state];
  const { name, to } = policyPlaces[policy];
  return (
    <li className={styles.policyChange}>
      <div>
        <h2>{summary}</h2>
        <p className="dim">
          <Link to={to}>{name}</Link>. Requested by {requestedByName} <Ago at={requestedAt} />: “{reason}”
        </p>
        <p className="dim">
          <Dot tone={tone}>{label}</Dot>
          {decided ? (
            <>
              {" "}
              by {decided.byName} <Ago at={decided.at} />
              {decided.reason && `: “${decided.reason}”`}
            </>
          ) : (
            <>
              ; without a decision it is applied <DateTime at={appliesAt} />, or later when {requestedByName} signs in
            </>
          )}
        </p>
      </div>
      {state === "waiting" && <Decide change={change} onDecline={onDecline} />}
    </li>
  );
}

function Decide({ change, onDecline }: { change: PolicyChangeView; onDecline(): void }) {
  const me = useQuery(trpc.me.get.queryOptions());
  const queryClient = useQueryClient();
  const refresh = { onSettled: () => queryClient.invalidateQueries(trpc.policyChanges.pathFilter()) };
  const approve = useMutation(trpc.policyChanges.approve.mutationOptions(refresh));
  const withdraw = useMutation(trpc.policyChanges.withdraw.mutationOptions(refresh));
  const isAdmin = me.data !== undefined && includesRole(me.data.role, "admin");
  const { id, isMine, summary } = change;
  const about = <span className="sr-only">: {summary}</span>;

  async function decide(act: typeof approve, done: string) {
    try {
      await act.mutateAsync({ id });
      announce(done);
    } catch (error) {
      announce(messageOf(error));
    }
  }

  return (
    <div className={styles.policyChangeActions}>
      {isMine ? (
        <Button
          variant="default"
          size="compact-sm"
          loading={withdraw.isPending}
          onClick={() => void decide(withdraw, "Withdrawn. The policy stays as it is.")}
        >
          Withdraw{about}
        </Button>
      ) : (
        <>
          <GuardedButton
            size="compact-sm"
            loading={approve.isPending}
            blockedReason={isAdmin ? null : "Only an admin can approve it."}
            onClick={() => void decide(approve, "Approved. The policy has changed.")}
          >
            Approve{about}
          </GuardedButton>
          <GuardedButton
            variant="default"
            size="compact-sm"
            blockedReason={isAdmin ? null : "Only an admin can decline it."}
            onClick={onDecline}
          >
            Decline…{about}
          </GuardedButton>
        </>
      )}
    </div>
  );
}
