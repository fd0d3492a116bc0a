import { Group } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { includesRole } from "../../../shared/roles.ts";
import type { OperationView, ReplayView } from "../../../shared/views/operations.ts";
import { AnswerOperation } from "../../components/answer-operation.tsx";
import { isAnswerable } from "../../components/is-answerable.ts";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { Problem } from "../../components/problem.tsx";
import { RetryOperation } from "../../components/retry-operation.tsx";
import { trpc } from "../../trpc.ts";
import * as styles from "./operation.module.css";

/** Loaded when first opened: the form and its validation are larger than the page. */
const OperationDialog = lazyPart(() => import("./operation-dialog.tsx"), "OperationDialog");

/** Actions on an operation: dry run of a replay, replay, skip. */
export function OperationActions({ operation }: { operation: OperationView }) {
  const me = useQuery(trpc.me.get.queryOptions());
  const queryClient = useQueryClient();
  const [dialog, setDialog] = useState<"replay" | "skip" | null>(null);
  const [dryRun, setDryRun] = useState<{ isLoading: boolean; result?: ReplayView; error?: unknown } | null>(null);
  const isOperator = me.data !== undefined && includesRole(me.data.role, "operator");
  const isSettled = operation.settledAt !== null;
  const missingRoleReason = isOperator ? null : "You need the Operator role for this.";
  const hasOurChangeEnded = isSettled && operation.source === "Partner" && operation.marketplaceId === null;

  async function startDryRun() {
    setDryRun({ isLoading: true });
    try {
      const options = trpc.operations.dryRun.queryOptions({ id: operation.id }, { staleTime: 0 });
      setDryRun({ isLoading: false, result: await queryClient.fetchQuery(options) });
    } catch (error) {
      setDryRun({ isLoading: false, error });
    }
  }

  return (
    <>
      <Group gap="xs" mb="md">
        <GuardedButton
          variant="default"
          blockedReason={missingRoleReason}
          loading={dryRun?.isLoading ?? false}
          onClick={() => void startDryRun()}
        >
          Dry run
        </GuardedButton>
        <GuardedButton
          variant="default"
          blockedReason={
            missingRoleReason ??
            (hasOurChangeEnded ? "A completed change is not sent again. Request a new change." : null)
          }
          onClick={() => setDialog("replay")}
        >
          Replay
        </GuardedButton>
        <GuardedButton
          variant="default"
          blockedReason={missingRoleReason ?? (isSettled ? "This operation is already complete." : null)}
          onClick={() => setDialog("skip")}
        >
          Skip
        </GuardedButton>
        {isAnswerable(operation) && <AnswerOperation operation={operation} />}
        {operation.isStuck && <RetryOperation id={operation.id} />}
      </Group>
      <div role="status">{dryRun?.result && <DryRun result={dryRun.result} />}</div>
      {dryRun?.error ? <Problem error={dryRun.error} onRetry={() => void startDryRun()} /> : null}
      {dialog && (
        <Suspense fallback={null}>
          <OperationDialog key={dialog} verb={dialog} operation={operation} onClose={() => setDialog(null)} />
        </Suspense>
      )}
    </>
  );
}

function DryRun({ result }: { result: ReplayView }) {
  return (
    <div className={styles.dryRun}>
      <p>
        <strong>
          {result.changes.length === 0 ? "A replay would not change anything." : "A replay would change:"}
        </strong>{" "}
        <span className="dim">
          {result.status ? `Status at Microsoft: ${result.status}.` : "Microsoft does not know the operation."} Nothing
          was changed.
        </span>
      </p>
      {result.changes.length > 0 && (
        <ul>
          {result.changes.map((change) => (
            <li key={change}>{change}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
