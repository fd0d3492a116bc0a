import { useQuery } from "@tanstack/react-query";
import { isolated } from "../../../shared/foreign-text.ts";
import type { NeedView } from "../../../shared/views/needs.ts";
import { Dialog } from "../../components/dialog.tsx";
import { Loading, Problem } from "../../components/problem.tsx";
import { trpc } from "../../trpc.ts";
import { ActivateForm } from "../subscription/activate-form.tsx";

/** Activates a subscription without leaving the list. */
export function ActivateDialog({ need, onClose }: { need: NeedView; onClose(): void }) {
  const subscription = useQuery(trpc.subscriptions.get.queryOptions({ id: need.subscriptionId ?? "" }));
  const why = subscription.data?.actions.find(({ action }) => action === "activate")?.blockedReason;
  return (
    <Dialog title={`Activate: ${isolated(need.subject)}`} onClose={onClose}>
      {(close) =>
        subscription.error && !subscription.data ? (
          <Problem error={subscription.error} onRetry={() => void subscription.refetch()} />
        ) : !subscription.data ? (
          <Loading />
        ) : why ? (
          <p>{why}</p>
        ) : (
          <ActivateForm subscription={subscription.data} close={close} />
        )
      }
    </Dialog>
  );
}
