import { useMutation, useQuery } from "@tanstack/react-query";
import { includesRole } from "../../shared/roles.ts";
import { announce } from "../shell/announce.tsx";
import { messageOf } from "../text/call-errors.ts";
import { trpc } from "../trpc.ts";
import { GuardedButton } from "./guarded-button.tsx";

/** Runs an operation again whose job gave up. Running it twice does no harm: the job asks Microsoft where it stands first. */
export function RetryOperation({ id }: { id: string }) {
  const me = useQuery(trpc.me.get.queryOptions());
  const retry = useMutation(
    trpc.operations.retry.mutationOptions({
      onSuccess: () => announce("The operation is being tried again."),
      onError: (error) => announce(messageOf(error, true)),
    }),
  );
  const isAllowed = me.data !== undefined && includesRole(me.data.role, "operator");
  return (
    <GuardedButton
      variant="default"
      size="compact-sm"
      whyNot={isAllowed ? null : "Only an operator can run an operation again."}
      loading={retry.isPending}
      onClick={() => retry.mutate({ id })}
    >
      Retry
    </GuardedButton>
  );
}
