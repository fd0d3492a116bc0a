import { Skeleton } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { tryAgainInput } from "../../shared/inputs/operations.ts";
import { tryAgainMode } from "../../shared/try-again.ts";
import type { OperationView } from "../../shared/views/operations.ts";
import { countOf, formatNumber } from "../text/format.ts";
import { operationTitle } from "../text/labels.ts";
import { trpc } from "../trpc.ts";
import { ActionForm, useActionForm } from "./action-form.tsx";
import { Dialog } from "./dialog.tsx";
import { Problem } from "./problem.tsx";
import * as styles from "./try-again-dialog.module.css";

type Props = { operationIds: string[]; onClose(): void; onDone?(): void };

/** Retries and replays several operations, after saying which ones and how. */
export function TryAgainDialog({ operationIds, onClose, onDone }: Props) {
  const operations = useQuery(trpc.operations.rows.queryOptions({ ids: operationIds }, { staleTime: 0 }));
  return (
    <Dialog title={`Try again: ${countOf(operationIds.length, "operation")}`} size="lg" onClose={onClose}>
      {(close) =>
        operations.data ? (
          <TryAgainForm operations={operations.data} close={close} onDone={onDone} />
        ) : operations.error ? (
          <Problem error={operations.error} onRetry={() => void operations.refetch()} />
        ) : (
          <Skeleton height={160} />
        )
      }
    </Dialog>
  );
}

type FormProps = { operations: OperationView[]; close(): void; onDone: (() => void) | undefined };

function TryAgainForm({ operations, close, onDone }: FormProps) {
  const tryAgain = useMutation(trpc.operations.tryAgain.mutationOptions({ onSuccess: onDone }));
  const planned = operations.map((operation) => ({ operation, ...tryAgainMode(operation) }));
  const retried = planned.filter(({ mode }) => mode === "retry");
  const replayed = planned.filter(({ mode }) => mode === "replay");
  const refused = planned.filter(({ mode }) => mode === null);
  const action = useActionForm({
    subject: `try again ${planned.map(({ operation }) => operation.id).join(" ")}`,
    schema: tryAgainInput,
    initialValues: {
      operationIds: planned.flatMap(({ operation, mode }) => (mode === null ? [] : operation.id)),
      reason: "",
    },
    send: tryAgain.mutateAsync,
    successMessage: (done) =>
      `${countOf(done.retried + done.replayed, "operation")} tried again${done.refused.length > 0 ? `, ${formatNumber(done.refused.length)} not: ${done.refused[0]?.blockedReason}` : ""}`,
    close,
  });
  const count = retried.length + replayed.length;
  return (
    <ActionForm
      action={action}
      consequence={
        <div className={styles.tryAgain}>
          <Part operations={retried} title={`Retry ${countOf(retried.length, "operation")}`}>
            Marketdesk first asks Microsoft for the current state, so nothing happens twice.
          </Part>
          <Part operations={replayed} title={`Replay ${countOf(replayed.length, "operation")}`}>
            Marketdesk asks Microsoft again and applies the result. Changes that are already applied are not repeated.
          </Part>
          {[...Map.groupBy(refused, ({ blockedReason }) => blockedReason)].map(([blockedReason, operations]) => (
            <Part
              key={blockedReason}
              operations={operations}
              title={`${countOf(operations.length, "operation")} not changed`}
            >
              {blockedReason}
            </Part>
          ))}
        </div>
      }
      submitLabel={`Try ${countOf(count, "operation")} again`}
      blockedReason={count === 0 ? "None of these operations can be tried again. The reasons are listed above." : null}
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}

/** This many are listed with a link; the others are only counted. */
const maxNamed = 8;

type PartProps = { operations: { operation: OperationView }[]; title: string; children: React.ReactNode };

function Part({ operations, title, children }: PartProps) {
  if (operations.length === 0) return null;
  return (
    <section>
      <p>
        <strong>{title}.</strong> <span className="dim">{children}</span>
      </p>
      <ul>
        {operations.slice(0, maxNamed).map(({ operation }) => (
          <li key={operation.id}>
            <Link to="/operations/$id" params={{ id: operation.id }}>
              {operationTitle(operation)}
            </Link>
            , {operation.subscriptionName}
            {operation.lastError && <span className="dim"> {operation.lastError}</span>}
          </li>
        ))}
        {operations.length > maxNamed && <li className="dim">and {operations.length - maxNamed} more</li>}
      </ul>
    </section>
  );
}
