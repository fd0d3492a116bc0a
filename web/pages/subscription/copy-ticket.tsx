import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { announce } from "../../shell/announce.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { messageOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import { supportTicket } from "./support-ticket.ts";

/** Copies the calls of an operation and their IDs, as Microsoft's support asks for them. */
export function CopyTicket({ operationId }: { operationId: string }) {
  const queryClient = useQueryClient();
  const [isCopying, setCopying] = useState(false);

  async function copyTicket() {
    setCopying(true);
    try {
      const trace = await queryClient.fetchQuery(trpc.operations.trace.queryOptions({ id: operationId }));
      await navigator.clipboard.writeText(supportTicket(trace));
      announce("Support ticket details copied");
    } catch (error) {
      announce(
        error instanceof DOMException
          ? "The browser blocked copying. Open the operation and copy the IDs there."
          : messageOf(error),
      );
    } finally {
      setCopying(false);
    }
  }

  return (
    <GuardedButton
      variant="default"
      size="compact-sm"
      blockedReason={null}
      loading={isCopying}
      onClick={() => void copyTicket()}
    >
      Copy details for a support ticket
    </GuardedButton>
  );
}
