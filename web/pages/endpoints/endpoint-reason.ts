/** What the dialogs that change an endpoint share. */
import { useQueryClient } from "@tanstack/react-query";
import { type ReasonedEndpointInput, reasonedEndpointInput } from "../../../shared/inputs/outbox.ts";
import type { EndpointView } from "../../../shared/views/endpoints.ts";
import { useActionForm } from "../../components/action-form.tsx";
import { trpc } from "../../trpc.ts";

export type EndpointDialogProps = { endpoint: EndpointView; onClose(): void };

export type EndpointFormProps = { endpoint: EndpointView; close(): void };

export function useRefresh() {
  const queryClient = useQueryClient();
  return {
    async onSettled() {
      await queryClient.invalidateQueries(trpc.endpoints.pathFilter());
      await queryClient.invalidateQueries(trpc.messages.pathFilter());
    },
  };
}

type ReasonedOptions = EndpointFormProps & {
  send(input: ReasonedEndpointInput): Promise<unknown>;
  /** The new state of the endpoint, such as `paused`. */
  done: string;
};

/** The form of an action that takes only a reason. */
export function useReasonedForm({ endpoint, close, send, done }: ReasonedOptions) {
  return useActionForm({
    subject: `${done} endpoint ${endpoint.id}`,
    schema: reasonedEndpointInput,
    initialValues: { id: endpoint.id, reason: "" },
    send,
    successMessage: `Endpoint “${endpoint.name}” ${done}`,
    close,
  });
}
