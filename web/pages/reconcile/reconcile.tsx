import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { includesRole } from "../../../shared/roles.ts";
import { announce } from "../../shell/announce.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { messageOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import { Differences } from "./differences.tsx";
import { Runs } from "./runs.tsx";
import { ReconcileStatus } from "./reconcile-status.tsx";
import * as pageStyles from "../../components/page.module.css";

export function ReconcilePage() {
  const status = useQuery(trpc.reconcile.status.queryOptions());
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Reconciliation"
        note="Compares all subscriptions with Microsoft. Differences are repaired, or listed under Needs attention."
      >
        <CompareNow isRunning={(status.data?.running ?? null) !== null} />
      </PageHeader>
      <ReconcileStatus status={status} />
      <Runs />
      <Differences />
    </div>
  );
}

function CompareNow({ isRunning }: { isRunning: boolean }) {
  const queryClient = useQueryClient();
  const me = useQuery(trpc.me.get.queryOptions());
  const start = useMutation(
    trpc.reconcile.start.mutationOptions({
      onSuccess: () => {
        announce("Reconciliation started");
        return queryClient.invalidateQueries(trpc.reconcile.pathFilter());
      },
      onError: (error) => announce(messageOf(error, true)),
    }),
  );
  const blockedReason = isRunning
    ? "A reconciliation is already running."
    : me.data && !includesRole(me.data.role, "operator")
      ? "Only an operator or admin can start a reconciliation."
      : null;
  return (
    <GuardedButton blockedReason={blockedReason} loading={start.isPending} onClick={() => start.mutate()}>
      Reconcile now
    </GuardedButton>
  );
}
