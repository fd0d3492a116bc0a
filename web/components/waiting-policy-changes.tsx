import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ProtectedPolicy } from "../../shared/policy-changes.ts";
import { trpc } from "../trpc.ts";
import { DateTime } from "./time.tsx";
import * as styles from "./waiting-policy-changes.module.css";

/** Lists a policy's changes that wait for another admin's approval. */
export function WaitingPolicyChanges({ policy }: { policy: ProtectedPolicy }) {
  const changes = useQuery(trpc.policyChanges.list.queryOptions());
  const waiting = (changes.data ?? []).filter((change) => change.policy === policy && change.state === "waiting");
  if (waiting.length === 0) return null;
  return (
    <ul aria-label="Waiting for approval">
      {waiting.map((change) => (
        <li key={change.id} className={styles.waitingChange}>
          <strong>Waiting for another admin's approval:</strong> {change.summary}. {change.requestedByName} requested
          this change. Without a decision it is applied <DateTime at={change.appliesAt} />, or later when they sign in.{" "}
          <Link to="/settings/policy-changes">Review</Link>
        </li>
      ))}
    </ul>
  );
}
