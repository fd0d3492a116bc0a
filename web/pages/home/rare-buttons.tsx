/** Buttons for kinds of needs that are rare. */
import { useMutation } from "@tanstack/react-query";
import type { NeedView } from "../../../shared/views/needs.ts";
import { Button } from "../../components/button.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { announce } from "../../shell/announcement.ts";
import { messageOf } from "../../text/call-errors.ts";
import { client, trpc } from "../../trpc.ts";
import { forgetResolution, recordResolution } from "./recently-resolved.ts";

/** For the person who the note mentions. */
export function ReadButton({ need }: { need: NeedView }) {
  const read = useMutation(
    trpc.notes.read.mutationOptions({
      onMutate: () =>
        recordResolution(need, {
          text: "Marked as read",
          undo: () =>
            void client.notes.read
              .mutate({ id: need.id, isRead: false })
              .catch((error: unknown) => announce(messageOf(error, true))),
        }),
      onError(error) {
        forgetResolution(need);
        announce(messageOf(error, true));
      },
    }),
  );
  return (
    <Button
      variant="default"
      size="compact-sm"
      loading={read.isPending}
      onClick={() => read.mutate({ id: need.id, isRead: true })}
    >
      Mark as read<span className="sr-only">: {need.subject}</span>
    </Button>
  );
}

export function OnboardedButton({ need, blockedReason }: { need: NeedView; blockedReason: string | null }) {
  const subscriptionId = need.subscriptionId ?? "";
  const mark = useMutation(
    trpc.subscriptions.markOnboarded.mutationOptions({
      onMutate: () =>
        recordResolution(need, {
          text: "Marked as onboarded",
          undo: () =>
            void client.subscriptions.undoOnboarded
              .mutate({ subscriptionId })
              .catch((error: unknown) => announce(messageOf(error, true))),
        }),
      onError(error) {
        forgetResolution(need);
        announce(messageOf(error, true));
      },
    }),
  );
  return (
    <GuardedButton
      variant="default"
      size="compact-sm"
      blockedReason={blockedReason}
      loading={mark.isPending}
      onClick={() => mark.mutate({ subscriptionId })}
    >
      Mark as onboarded<span className="sr-only">: {need.subject}</span>
    </GuardedButton>
  );
}

export function RefreshButton({ need, blockedReason }: { need: NeedView; blockedReason: string | null }) {
  const refresh = useMutation(
    trpc.subscriptions.refresh.mutationOptions({
      onSuccess: ({ changed }) => announce(changed ? "Updated from Microsoft" : "Already in sync with Microsoft"),
      onError: (error) => announce(messageOf(error, true)),
    }),
  );
  return (
    <GuardedButton
      variant="default"
      size="compact-sm"
      blockedReason={blockedReason}
      loading={refresh.isPending}
      onClick={() => refresh.mutate({ subscriptionId: need.subscriptionId ?? "" })}
    >
      Refresh from Microsoft<span className="sr-only">: {need.subject}</span>
    </GuardedButton>
  );
}
