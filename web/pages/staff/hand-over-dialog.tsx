import { NativeSelect } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { isolated } from "../../../shared/foreign-text.ts";
import type { StaffView } from "../../../shared/views/staff.ts";
import { useColleagues } from "../../components/colleagues.ts";
import { Dialog } from "../../components/dialog.tsx";
import { FormFooter } from "../../components/form-footer.tsx";
import { announce } from "../../shell/announce.tsx";
import { trpc } from "../../trpc.ts";
import { type FormProblem, fieldProblems, problemOf } from "../../text/call-errors.ts";
import { describeLeftBehind } from "./left-behind.ts";
import * as formStyles from "../../components/form.module.css";

type Leaving = StaffView & { leaves: NonNullable<StaffView["leaves"]> };

/** Hands over what a colleague who no longer has access owns. */
export function HandOverDialog({ person, onClose }: { person: Leaving; onClose(): void }) {
  return (
    <Dialog title={`Hand over from ${isolated(person.name)}`} onClose={onClose}>
      {(close) => <HandOverForm person={person} close={close} />}
    </Dialog>
  );
}

function HandOverForm({ person, close }: { person: Leaving; close(): void }) {
  const queryClient = useQueryClient();
  const { tenantId, objectId, leaves } = person;
  const me = queryClient.getQueryData(trpc.me.get.queryKey());
  const colleagues = useColleagues() ?? [];
  const [to, setTo] = useState("");
  const [wrongTo, setWrongTo] = useState<string | undefined>();
  const [problem, setProblem] = useState<FormProblem | null>(null);
  const handOver = useMutation(
    trpc.staff.handOver.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.staff.pathFilter()),
    }),
  );

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (to === "") return setWrongTo("Choose a colleague.");
    setWrongTo(undefined);
    setProblem(null);
    try {
      const { subscriptions, customers, views } = await handOver.mutateAsync({ tenantId, objectId, to });
      announce(`Handed over: ${describeLeftBehind({ subscriptions, customers, sharedViews: views, followUps: 0 })}.`);
      close();
    } catch (error) {
      setWrongTo(fieldProblems(error)["to"]);
      setProblem(problemOf(error, "Nothing was handed over"));
    }
  }

  return (
    <form className={formStyles.form} noValidate onSubmit={(event) => void submit(event)}>
      <div className={formStyles.consequences}>
        <p>
          The colleague you choose becomes the owner of {describeLeftBehind(leaves)}. Ended subscriptions keep their
          owner. Each change is logged.
        </p>
      </div>
      <NativeSelect
        label="New owner"
        value={to}
        error={wrongTo}
        onChange={(event) => setTo(event.currentTarget.value)}
        data={[
          { value: "", label: "Choose a colleague…" },
          ...(me ? [{ value: me.id, label: "Me" }] : []),
          ...colleagues.map(({ id, name }) => ({ value: id, label: isolated(name) })),
        ]}
        data-autofocus
      />
      <FormFooter
        problem={problem}
        submitLabel="Hand over"
        isSending={handOver.isPending}
        lostAnswerNote="The staff page shows what is left to hand over."
        close={close}
      />
    </form>
  );
}
