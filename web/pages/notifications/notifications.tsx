import { Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { notificationSettings } from "../../../shared/notifications.ts";
import type { OwnNotificationsView } from "../../../shared/views/notifications.ts";
import { SaveFooter } from "../../components/form-footer.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Problem } from "../../components/problem.tsx";
import { DraftStatusLine, useSettingsForm } from "../../components/settings-form.tsx";
import { announce } from "../../shell/announce.tsx";
import { trpc } from "../../trpc.ts";
import { AnswerAlertSettings } from "./answer-alert-settings.tsx";
import { Browsers } from "./browsers.tsx";
import { RulesEditor } from "./rules-editor.tsx";
import * as formStyles from "../../components/form.module.css";
import * as pageStyles from "../../components/page.module.css";
import * as styles from "./notifications.module.css";

export function NotificationsPage() {
  const own = useQuery(trpc.notifications.get.queryOptions());
  const { data } = own;
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Notifications"
        note="What you are notified of, where and how often. Only you can see and change these settings."
      />
      {own.error && !data ? (
        <Problem error={own.error} onRetry={() => void own.refetch()} />
      ) : !data ? (
        <Skeleton height={320} />
      ) : (
        <>
          <NotificationsForm own={data} />
          <Browsers push={data.push} />
          <AnswerAlertSettings />
        </>
      )}
    </div>
  );
}

const formInput = z.strictObject({ settings: notificationSettings });
const ownZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

function NotificationsForm({ own }: { own: OwnNotificationsView }) {
  const queryClient = useQueryClient();
  const set = useMutation(
    trpc.notifications.set.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.notifications.pathFilter()),
    }),
  );
  const { form, submit, problem, isSending, draftStatus } = useSettingsForm({
    subject: "own notifications",
    schema: formInput,
    stored: { settings: own.isDefault ? { ...own.settings, zone: ownZone } : own.settings },
    send: ({ settings }) => set.mutateAsync(settings),
    onSaved: () => announce("Saved. This applies to new needs and events."),
    failedTitle: "The notifications were not saved",
    hasPlainFields: true,
  });
  const { mailAddress, channels, kinds, views } = own;
  return (
    <form className={styles.notifyForm} noValidate onSubmit={submit}>
      {mailAddress === null && (
        <p className={formStyles.consequences}>
          You do not get emails: Marketdesk has no mail server, or your account has no email address. An admin can see
          the reason under Channels.
        </p>
      )}
      {own.isDefault && (
        <p className="dim">These are the defaults: you are notified about the subscriptions that you own.</p>
      )}
      <RulesEditor
        settings={form.values.settings}
        choices={{ kinds, views, places: { mailAddress, channels }, via: "mail" }}
        onChange={(settings) => form.setValues({ settings })}
      />
      <DraftStatusLine of={draftStatus} />
      <SaveFooter problem={problem} isSending={isSending} />
    </form>
  );
}
