import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useEffectEvent, useState } from "react";
import { isolated } from "../../../shared/foreign-text.ts";
import { snoozeInput } from "../../../shared/inputs/needs.ts";
import type { NeedView } from "../../../shared/views/needs.ts";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { countOf } from "../../text/format.ts";
import { announce } from "../../shell/announcement.ts";
import { messageOf } from "../../text/call-errors.ts";
import { client, trpc } from "../../trpc.ts";
import type { NeedDialog } from "./need-dialog.ts";
import { allDoneText, doAll } from "./do-all.ts";
import { forgetResolution, recordResolution } from "./recently-resolved.ts";
import { snoozeTimes } from "./snooze-times.ts";
import { UntilField } from "./until-field.tsx";

type Props = { need: NeedView; /** Snoozed together with it. */ others?: NeedView[]; onClose(): void };

type SnoozeFromUrlProps = { named: string; needs: NeedView[] | undefined; open(next: NeedDialog): void };

/** Opens the dialog for the need that the URL names. The URL then forgets it. */
export function SnoozeFromUrl({ named, needs, open }: SnoozeFromUrlProps) {
  const navigate = useNavigate();
  const answer = useEffectEvent((listed: NeedView[]) => {
    void navigate({ to: ".", search: (before) => ({ ...before, snooze: undefined }), replace: true });
    const need = listed.find(({ kind, id }) => `${kind} ${id}` === named);
    if (need?.snoozableUntil) open({ dialog: "snooze", need });
    else announce("This item no longer needs attention");
  });
  useEffect(() => {
    if (needs !== undefined) answer(needs);
  }, [named, needs]);
  return null;
}

/** Asks for the time and the reason. */
export function SnoozeDialog({ need, others = [], onClose }: Props) {
  const subject = others.length === 0 ? isolated(need.subject) : countOf(others.length + 1, "item");
  return (
    <Dialog title={`Snooze: ${subject}`} onClose={onClose}>
      {(close) => <SnoozeForm need={need} others={others} close={close} />}
    </Dialog>
  );
}

function SnoozeForm({ need, others, close }: { need: NeedView; others: NeedView[]; close(): void }) {
  const snooze = useMutation(trpc.needs.snooze.mutationOptions());
  const [openedAt] = useState(() => new Date());
  // All are snoozed until the same time, so the earliest limit counts.
  const limits = [need, ...others].map(({ snoozableUntil }) => new Date(snoozableUntil ?? openedAt).getTime());
  const latest = new Date(Math.min(...limits));
  const times = snoozeTimes(openedAt, latest);
  const [first] = times;
  const action = useActionForm({
    subject: `snooze ${[need, ...others].map(({ kind, id }) => `${kind} ${id}`).join(" ")}`,
    schema: snoozeInput,
    initialValues: { kind: need.kind, id: need.id, until: (first?.until ?? latest).toISOString(), reason: "" },
    send: (input) =>
      doAll([need, ...others], async (each) => {
        recordResolution(each, { text: "Snoozed", undo: () => void undoSnooze(each) });
        await snooze.mutateAsync({ ...input, kind: each.kind, id: each.id }).catch((error: unknown) => {
          forgetResolution(each);
          throw error;
        });
      }),
    successMessage: (all) => (others.length === 0 ? "Snoozed" : allDoneText(all, "item", "snoozed")),
    close,
  });
  const { form } = action;
  return (
    <ActionForm
      action={action}
      consequence={
        <p>
          {need.what}. Hidden for everyone until then.
          {need.deadline && Date.parse(need.deadline) > openedAt.getTime()
            ? " The deadline limits how long you can snooze."
            : ""}
        </p>
      }
      submitLabel="Snooze"
      reason={form.getInputProps("reason")}
      close={close}
    >
      <UntilField form={form} times={times} openedAt={openedAt} latest={latest} />
    </ActionForm>
  );
}

async function undoSnooze({ kind, id }: NeedView): Promise<void> {
  try {
    await client.needs.unsnooze.mutate({ kind, id });
  } catch (error) {
    announce(messageOf(error, true));
  }
}
