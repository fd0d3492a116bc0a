/** Replaces the secret of an endpoint. */
import { schemaResolver, useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { rotateSecretInput } from "../../../shared/inputs/outbox.ts";
import { defaultRotationHours, rotationHours } from "../../../shared/outbox.ts";
import { Dialog } from "../../components/dialog.tsx";
import { FormFooter } from "../../components/form-footer.tsx";
import { type FormProblem, problemOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import { EndpointSecret } from "./endpoint-form.tsx";
import { type EndpointDialogProps, type EndpointFormProps, useRefresh } from "./endpoint-reason.ts";
import * as formStyles from "../../components/form.module.css";

export function RotateDialog({ endpoint, onClose }: EndpointDialogProps) {
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <Dialog title={secret ? "New secret of the endpoint" : `Rotate secret of “${endpoint.name}”`} onClose={onClose}>
      {(close) =>
        secret ? (
          <EndpointSecret secret={secret} close={close} />
        ) : (
          <RotateForm endpoint={endpoint} onRotated={setSecret} close={close} />
        )
      }
    </Dialog>
  );
}

const overlapLabels: Record<(typeof rotationHours)[number], string> = {
  0: "Not at all: it stops immediately, for a secret that may have leaked",
  1: "For 1 hour",
  24: "For 24 hours",
  72: "For 3 days",
};

function RotateForm({ endpoint, onRotated, close }: EndpointFormProps & { onRotated(secret: string): void }) {
  const rotate = useMutation(trpc.endpoints.rotate.mutationOptions(useRefresh()));
  const [problem, setProblem] = useState<FormProblem | null>(null);
  const form = useForm<{ id: string; overlapHours: (typeof rotationHours)[number] }>({
    initialValues: { id: endpoint.id, overlapHours: defaultRotationHours },
    validate: schemaResolver(rotateSecretInput, { sync: true }),
  });
  async function send(values: typeof form.values) {
    setProblem(null);
    try {
      onRotated((await rotate.mutateAsync(values)).secret);
    } catch (error) {
      setProblem(problemOf(error, "The secret was not rotated"));
    }
  }
  return (
    <form onSubmit={form.onSubmit((values) => void send(values))} noValidate className={formStyles.form}>
      <p className={formStyles.consequences}>
        The new secret signs all messages from now on. While both secrets sign, your product accepts messages with
        either of them, so you can replace the secret there without losing any.
      </p>
      <fieldset className={formStyles.choice}>
        <legend>The earlier secret also signs</legend>
        {rotationHours.map((hours) => (
          <label key={hours}>
            <input
              type="radio"
              name="overlap"
              checked={form.values.overlapHours === hours}
              onChange={() => form.setFieldValue("overlapHours", hours)}
            />
            <span>{overlapLabels[hours]}</span>
          </label>
        ))}
      </fieldset>
      <FormFooter
        problem={problem}
        submitLabel="Rotate secret"
        isSending={rotate.isPending}
        lostAnswerNote="The secret was in the response and cannot be shown again. Rotate the secret again."
        close={close}
      />
    </form>
  );
}
