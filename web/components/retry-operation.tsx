import { useMutation, useQuery } from "@tanstack/react-query";
import { includesRole } from "../../shared/roles.ts";
import { announce } from "../shell/announcement.ts";
import { messageOf } from "../text/call-errors.ts";
import { trpc } from "../trpc.ts";
import { GuardedButton } from "./guarded-button.tsx";

/** Retries an operation whose job gave up. Retrying is safe: the job first reads the state at Microsoft. */
export function RetryOperation({ id }: { id: string }) {
  const me = useQuery(trpc.me.get.queryOptions());
  const retry = useMutation(
    trpc.operations.retry.mutationOptions({
      onSuccess: () => announce("Retrying the operation…"),
      onError: (error) => announce(messageOf(error, true)),
    }),
  );
  const isAllowed = me.data !== undefined && includesRole(me.data.role, "operator");
  return (
    <GuardedButton
      variant="default"
      size="compact-sm"
      blockedReason={isAllowed ? null : "You need the Operator role to retry."}
      loading={retry.isPending}
      onClick={() => retry.mutate({ id })}
    >
      Retry
    </GuardedButton>
  );
}
