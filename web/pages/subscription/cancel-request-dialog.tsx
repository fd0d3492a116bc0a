import { Button, Group } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { declineCancelInput } from "../../../shared/inputs.ts";
import type { CancelRequestView } from "../../../shared/views/cancellations.ts";
import { announce } from "../../shell/announce.tsx";
import { ActionFormFrame, useActionForm } from "../../components/action-form.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { messageOf } from "../../words/problem.ts";
import { trpc } from "../../trpc.ts";

type Props = { verb: "approve" | "decline"; request: CancelRequestView; name: string; onClose(): void };

/** The second person's word on a cancellation. */
export function CancelRequestDialog({ verb, request, name, onClose }: Props) {
  return (
    <Dialog title={`${verb === "approve" ? "Approve" : "Decline"} the cancellation: ${name}`} onClose={onClose}>
      {(close) =>
        verb === "approve" ? <Approve request={request} close={close} /> : <Decline request={request} close={close} />
      }
    </Dialog>
  );
}

function Approve({ request, close }: { request: CancelRequestView; close(): void }) {
  const queryClient = useQueryClient();
  const approve = useMutation(
    trpc.cancellations.approve.mutationOptions({
      onSuccess: () => {
        announce("Approved: Microsoft is asked to cancel the subscription.");
        close();
      },
      onSettled: () => queryClient.invalidateQueries(trpc.subscriptions.pathFilter()),
    }),
  );
  return (
    <div className="action-form">
      <div className="consequence">
        <p>
          Microsoft ends the subscription at once, and access with it; nothing brings it back. The record names{" "}
          {request.requestedByName}, who asked, and you, who approved.
        </p>
      </div>
      {approve.error && (
        <p className="trouble" role="alert">
          {messageOf(approve.error, true)}
        </p>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={close} data-autofocus>
          Keep as it is
        </Button>
        <Button
          className="danger-filled"
          loading={approve.isPending}
          onClick={() => approve.mutate({ requestId: request.id })}
        >
          Approve and cancel
        </Button>
      </Group>
    </div>
  );
}

function Decline({ request, close }: { request: CancelRequestView; close(): void }) {
  const decline = useMutation(trpc.cancellations.decline.mutationOptions());
  const action = useActionForm({
    schema: declineCancelInput,
    initialValues: { requestId: request.id, reason: "" },
    send: decline.mutateAsync,
    taken: "Declined; nothing was cancelled.",
    close,
  });
  return (
    <ActionFormFrame
      action={action}
      consequence={<p>Nothing is cancelled. {request.requestedByName} can ask anew.</p>}
      confirm="Decline"
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}
