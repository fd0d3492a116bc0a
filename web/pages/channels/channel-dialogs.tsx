/** Dialogs of channels: add, choose messages, remove. */
import { NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import {
  type ChannelKind,
  channelKindLabels,
  channelKinds,
  channelRulesInput,
  createChannelInput,
  type NotificationSettings,
  notificationSettings,
  removeChannelInput,
} from "../../../shared/notifications.ts";
import type { ChannelsView, ChannelView } from "../../../shared/views/notifications.ts";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import { RestoredDraftLine } from "../../components/drafted-form.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { FormFooter } from "../../components/form-footer.tsx";
import { DraftStatusLine, useSettingsForm } from "../../components/settings-form.tsx";
import { announce } from "../../shell/announce.tsx";
import { countOf } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import { RulesEditor } from "../notifications/rules-editor.tsx";
import * as formStyles from "../../components/form.module.css";

function useRefresh() {
  const queryClient = useQueryClient();
  return { onSettled: () => queryClient.invalidateQueries(trpc.channels.pathFilter()) };
}

type AddProps = { trialAddresses: Record<ChannelKind, string> | null; onClose(): void };

export function AddChannelDialog({ trialAddresses, onClose }: AddProps) {
  return (
    <Dialog title="Add channel" onClose={onClose}>
      {(close) => <AddForm trialAddresses={trialAddresses} close={close} />}
    </Dialog>
  );
}

const howTo: Record<ChannelKind, string> = {
  teams:
    "In Teams, open the channel's menu, choose Workflows and the template for posting to a channel when a webhook request is received. Paste its address here. The Workflow belongs to the person who creates it and ends with their account.",
  slack: "In Slack, create an app with an incoming webhook for the channel. Paste its address here.",
};

function AddForm({ trialAddresses, close }: { trialAddresses: AddProps["trialAddresses"]; close(): void }) {
  const create = useMutation(trpc.channels.create.mutationOptions(useRefresh()));
  const { form, submit, isSending, problem, restored } = useActionForm({
    subject: "add channel",
    schema: createChannelInput,
    initialValues: { kind: "teams" as ChannelKind, name: "", address: trialAddresses?.teams ?? "" },
    send: create.mutateAsync,
    successMessage: "Channel added. Choose its messages next.",
    close,
  });
  const { kind, address } = form.values;
  return (
    <form onSubmit={submit} noValidate className={formStyles.form}>
      <RestoredDraftLine of={restored} />
      <NativeSelect
        label="Kind"
        data={channelKinds.map((one) => ({ value: one, label: channelKindLabels[one] }))}
        value={kind}
        onChange={(event) => {
          const next = event.currentTarget.value as ChannelKind;
          form.setFieldValue("kind", next);
          if (trialAddresses && address === trialAddresses[kind]) form.setFieldValue("address", trialAddresses[next]);
        }}
      />
      <p className={formStyles.consequences}>{howTo[kind]}</p>
      <TextInput
        label="Name"
        description="The channel as your team knows it, such as “Customer success”."
        autoComplete="off"
        data-autofocus
        maxLength={60}
        {...form.getInputProps("name")}
      />
      <TextInput
        label="Address"
        description={
          trialAddresses
            ? "The sandbox's address shows the cards in its inbox."
            : "Stored encrypted and not shown again: anyone who has it can post."
        }
        autoComplete="off"
        inputMode="url"
        maxLength={2_000}
        {...form.getInputProps("address")}
      />
      <p className={formStyles.consequences}>A test is sent first. The channel is added if it arrives.</p>
      <FormFooter problem={problem} submitLabel="Add channel" isSending={isSending} close={close} />
    </form>
  );
}

/** Each setting is a separate field: a colleague's change to one is shown even while another is being edited here. */
const rulesInput = notificationSettings.extend({
  weekly: notificationSettings.shape.weekly.unwrap().nullable(),
  seenVersion: channelRulesInput.shape.seenVersion,
});
type RulesInput = z.infer<typeof rulesInput>;

function inputOf({ weekly, ...settings }: NotificationSettings) {
  return { ...settings, weekly: weekly ?? null };
}

function settingsOf({ weekly, seenVersion: _, ...settings }: RulesInput): NotificationSettings {
  return weekly === null ? settings : { ...settings, weekly };
}

type RulesProps = { channel: ChannelView; data: ChannelsView };

/** @param channel null: it has been removed since the dialog was opened */
export function ChannelRulesDialog({
  channel,
  name,
  data,
  onClose,
}: Omit<RulesProps, "channel"> & { channel: ChannelView | null; name: string; onClose(): void }) {
  return (
    <Dialog title={`Choose messages for “${name}”`} size="lg" onClose={onClose}>
      {(close) =>
        channel ? (
          <RulesForm channel={channel} data={data} close={close} />
        ) : (
          <p role="alert">A colleague has removed this channel, so no messages can be chosen for it.</p>
        )
      }
    </Dialog>
  );
}

function RulesForm({ channel, data, close }: RulesProps & { close(): void }) {
  const setRules = useMutation(trpc.channels.setRules.mutationOptions(useRefresh()));
  const { form, submit, problem, isSending, draftStatus } = useSettingsForm<RulesInput, unknown>({
    subject: `messages to channel ${channel.id}`,
    schema: rulesInput,
    stored: { ...inputOf(channel.settings), seenVersion: channel.version },
    changedByName: channel.changed?.byName,
    changedAt: channel.changed?.at,
    send: (values) =>
      setRules.mutateAsync({ id: channel.id, settings: settingsOf(values), seenVersion: values.seenVersion }),
    onSaved: () => {
      announce("Saved. This applies to new needs and events.");
      close();
    },
    failedTitle: "The messages were not changed",
    hasPlainFields: true,
  });
  return (
    <form className={formStyles.form} noValidate onSubmit={submit}>
      <RulesEditor
        settings={settingsOf(form.values)}
        choices={{ kinds: data.kinds, views: data.views, places: null, via: channel.id }}
        onChange={(settings) => form.setValues(inputOf(settings))}
      />
      <DraftStatusLine of={draftStatus} what="the messages to this channel" />
      <FormFooter problem={problem} submitLabel="Save" isSending={isSending} close={close} />
    </form>
  );
}

export function RemoveChannelDialog({ channel, onClose }: { channel: ChannelView; onClose(): void }) {
  return (
    <Dialog title={`Remove channel “${channel.name}”`} onClose={onClose}>
      {(close) => <RemoveForm channel={channel} close={close} />}
    </Dialog>
  );
}

function RemoveForm({ channel, close }: { channel: ChannelView; close(): void }) {
  const remove = useMutation(trpc.channels.remove.mutationOptions(useRefresh()));
  const action = useActionForm({
    subject: `remove channel ${channel.id}`,
    schema: removeChannelInput,
    initialValues: { id: channel.id, reason: "" },
    send: remove.mutateAsync,
    successMessage: `Channel “${channel.name}” removed`,
    close,
  });
  return (
    <ActionForm
      action={action}
      consequence={
        <p>
          Its address is deleted
          {channel.waiting > 0 && `, and ${countOf(channel.waiting, "waiting message")} will not be sent`}. This cannot
          be undone; you can add the channel again with its address.
        </p>
      }
      submitLabel="Remove channel"
      cancelLabel="Keep channel"
      isDangerous
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}
