import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ProtectedPolicy } from "../../shared/policy-changes.ts";
import { trpc } from "../trpc.ts";
import { Exactly } from "./time.tsx";

/** Says on the page of a policy which changes of it wait for a second admin. */
export function WaitingPolicyChanges({ policy }: { policy: ProtectedPolicy }) {
  const changes = useQuery(trpc.policyChanges.list.queryOptions());
  const waiting = (changes.data ?? []).filter((change) => change.policy === policy && change.state === "waiting");
  if (waiting.length === 0) return null;
  return (
    <ul className="waiting-changes" aria-label="Waiting for a second admin">
      {waiting.map((change) => (
        <li key={change.id} className="waiting-change">
          <strong>Waiting for a second admin:</strong> {change.summary}. {change.requestedByName} requested it; without
          a decision it is applied <Exactly at={change.appliesAt} />. <Link to="/settings/policy-changes">Review</Link>
        </li>
      ))}
    </ul>
  );
}
