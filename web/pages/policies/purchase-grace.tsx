import { Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { setPurchaseGraceInput } from "../../../shared/inputs/policies.ts";
import { graceInWords } from "../../../shared/purchase-grace.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { PurchaseGraceView } from "../../../shared/views/needs.ts";
import { SubmitStatus } from "../../components/form-footer.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { NumberField } from "../../components/number-field.tsx";
import { Problem } from "../../components/problem.tsx";
import { DraftStatusLine, useSettingsForm } from "../../components/settings-form.tsx";
import { Ago } from "../../components/time.tsx";
import { announce } from "../../shell/announce.tsx";
import { trpc } from "../../trpc.ts";
import * as formStyles from "../../components/form.module.css";

/** How long after a purchase it appears under *Needs attention*. */
export function PurchaseGrace() {
  const grace = useQuery(trpc.needs.purchaseGrace.queryOptions());
  return (
    <section aria-labelledby="purchase-grace">
      <h2 id="purchase-grace">When a purchase needs attention</h2>
      {grace.error && !grace.data ? (
        <Problem error={grace.error} onRetry={() => void grace.refetch()} />
      ) : !grace.data ? (
        <Skeleton height={160} />
      ) : (
        <GraceForm grace={grace.data} />
      )}
    </section>
  );
}

function GraceForm({ grace: { minutes, version, updated } }: { grace: PurchaseGraceView }) {
  const me = useQuery(trpc.me.get.queryOptions());
  const queryClient = useQueryClient();
  const set = useMutation(
    trpc.needs.setPurchaseGrace.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.needs.purchaseGrace.queryFilter()),
    }),
  );
  const { form, submit, isSending, problem, draftStatus, isChanged } = useSettingsForm({
    subject: "purchase grace",
    schema: setPurchaseGraceInput,
    stored: { minutes, seenVersion: version },
    changedByName: updated?.byName,
    send: set.mutateAsync,
    onSaved: () => announce("Saved"),
  });
  const isAdmin = me.data !== undefined && includesRole(me.data.role, "admin");
  return (
    <form onSubmit={submit} noValidate className={formStyles.form} style={{ maxWidth: 560 }}>
      <p className="dim">
        Most purchasers complete the landing page soon after they buy. A purchase that is not activated appears under
        Needs attention {minutes === 0 ? "immediately" : `${graceInWords(minutes)} after it was made`}. Purchases that
        wait for staff or your product appear immediately.
      </p>
      <NumberField
        label="Minutes until a purchase needs attention"
        w={280}
        readOnly={!isAdmin}
        {...form.getInputProps("minutes")}
        value={form.values.minutes}
        onChange={(next) => form.setFieldValue("minutes", next ?? Number.NaN)}
      />
      <DraftStatusLine of={draftStatus} />
      <SubmitStatus problem={problem} isSending={isSending} />
      <div>
        <GuardedButton
          type="submit"
          loading={isSending}
          blockedReason={
            !isAdmin ? "Only an admin can change this setting." : isChanged ? null : "Change a value first."
          }
        >
          Save
        </GuardedButton>
      </div>
      {updated && (
        <p className="dim">
          Set by {updated.byName}, <Ago at={updated.at} />
        </p>
      )}
    </form>
  );
}
