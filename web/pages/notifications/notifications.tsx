import { Button, Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { notificationSettings } from "../../../shared/notifications.ts";
import type { OwnNotificationsView } from "../../../shared/views/notifications.ts";
import { SubmitStatus } from "../../components/form-footer.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Problem } from "../../components/problem.tsx";
import { announce } from "../../shell/announce.tsx";
import { type FormProblem, problemOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import { RulesEditor } from "./rules-editor.tsx";

export function NotificationsPage() {
  const own = useQuery(trpc.notifications.get.queryOptions());
  const { data } = own;
  return (
    <div className="page">
      <PageHeader
        title="Notifications"
        note="What Marketdesk tells you about needs, where and how often. Only you see and change these settings."
      />
      {own.error && !data ? (
        <Problem error={own.error} onRetry={() => void own.refetch()} />
      ) : !data ? (
        <Skeleton height={320} />
      ) : (
        <NotificationsForm own={data} />
      )}
    </div>
  );
}

const ownZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

function NotificationsForm({ own }: { own: OwnNotificationsView }) {
  const queryClient = useQueryClient();
  const [settings, setSettings] = useState(() => (own.isDefault ? { ...own.settings, zone: ownZone } : own.settings));
  const [problem, setProblem] = useState<FormProblem | null>(null);
  const set = useMutation(trpc.notifications.set.mutationOptions());
  const { mailAddress, channels, kinds, views } = own;

  async function save() {
    setProblem(null);
    const checked = notificationSettings.safeParse(settings);
    if (!checked.success) {
      return setProblem({ title: "Not saved", message: checked.error.issues[0]?.message ?? "Check the fields." });
    }
    try {
      await set.mutateAsync(checked.data);
      announce("Saved. Needs that appear from now on are announced.");
      await queryClient.invalidateQueries(trpc.notifications.pathFilter());
    } catch (error) {
      setProblem(problemOf(error, "The notifications were not saved"));
    }
  }

  return (
    <form
      className="notify-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {mailAddress === null && (
        <p className="consequence">
          No mail is sent to you: Marketdesk has no mail server, or your account has no mail address. An admin can see
          the reason under Channels.
        </p>
      )}
      {own.isDefault && (
        <p className="dim">You have not chosen yet. The default tells you of the subscriptions that you own.</p>
      )}
      <RulesEditor
        settings={settings}
        choices={{ kinds, views, places: { mailAddress, channels }, via: "mail" }}
        onChange={setSettings}
      />
      <SubmitStatus problem={problem} isSending={set.isPending} />
      <div>
        <Button type="submit" loading={set.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}
