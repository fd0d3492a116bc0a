import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { answerWindowMs } from "../../shared/lifecycle.ts";
import type { OperationView } from "../../shared/views/operations.ts";
import { operationState, operationTitle, sourceLabels, stagesOf } from "../text/labels.ts";
import { RetryOperation } from "./retry-operation.tsx";
import { Dot } from "./status.tsx";
import { Ago, TimeLeft } from "./time.tsx";
import * as styles from "./operation-line.module.css";

/** One operation: stage, requester, time left to respond, and error. */
export function OperationItem({ operation, children }: { operation: OperationView; children?: ReactNode }) {
  const { label, tone } = operationState(operation);
  const isAwaited = operation.answerDueAt !== null && operation.acknowledgedAt === null && operation.settledAt === null;
  return (
    <li className={styles.operation}>
      <div className={styles.operationHead}>
        <Link to="/operations/$id" params={{ id: operation.id }}>
          <strong>{operationTitle(operation)}</strong>
        </Link>
        {operation.settledAt === null && !operation.isStuck ? (
          <Stages operation={operation} />
        ) : (
          <Dot tone={tone}>{label}</Dot>
        )}
        {isAwaited && operation.answerDueAt && <TimeLeft until={operation.answerDueAt} windowMs={answerWindowMs} />}
        {operation.isStuck && <RetryOperation id={operation.id} />}
        {children}
      </div>
      <p className="dim">
        {operation.actor.name}
        {operation.actor.kind === "marketplace" ? "" : ` (${sourceLabels[operation.source]})`},{" "}
        <Ago at={operation.createdAt} />
        {operation.status ? ` · at Microsoft: ${operation.status}` : ""}
        {operation.attempts > 1 ? ` · attempt ${operation.attempts}` : ""}
      </p>
      {operation.reason && <p className="quote">{operation.reason}</p>}
      {operation.decisionReason && (
        <p className="dim">
          {operation.decisionReason}
          {operation.decisionRuleVersion ? (
            <>
              {" "}
              <Link to="/settings/rules">Change rules</Link>
            </>
          ) : null}
        </p>
      )}
      {operation.lastError && <p className="trouble">{operation.lastError}</p>}
    </li>
  );
}

/** The stages of an operation. Past and current stages differ by weight, not by color alone. */
export function Stages({ operation }: { operation: OperationView }) {
  const stages = stagesOf(operation);
  const at = stages.indexOf(operation.stage);
  return (
    <ol className={styles.stages} aria-label={`Stage: ${operation.stage}`}>
      {stages.map((stage, index) => (
        <li
          key={stage}
          data-at={index < at ? "done" : index === at ? "here" : "ahead"}
          aria-current={index === at ? "step" : undefined}
        >
          {stage}
        </li>
      ))}
    </ol>
  );
}
