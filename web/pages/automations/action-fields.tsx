/** Edits what an automation does, in order. */
import { NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { type AutomationAction, type AutomationActionKind, maxActions } from "../../../shared/automations.ts";
import { isolated } from "../../../shared/foreign-text.ts";
import { plannedActions } from "../../../shared/planned-changes.ts";
import { Button } from "../../components/button.tsx";
import { NumberField } from "../../components/number-field.tsx";
import { withCurrent } from "../../components/select-options.ts";
import { trpc } from "../../trpc.ts";
import * as styles from "./automations.module.css";

const kindLabels: Record<AutomationActionKind, string> = {
  tags: "Add or remove tags",
  owner: "Set the owner",
  followUp: "Set a follow-up",
  notify: "Notify",
  suspend: "Suspend access",
  propose: "Propose a change",
};

const changeLabels: Record<(typeof plannedActions)[number], string> = {
  changePlan: "Change plan",
  changeQuantity: "Change seats",
  suspend: "Suspend access",
  reinstate: "Reinstate access",
};

const noOne = "";

/** A new action of a kind, with required choices empty. */
function newAction(kind: AutomationActionKind): AutomationAction {
  switch (kind) {
    case "tags":
      return { kind, add: [], remove: [] };
    case "owner":
      return { kind, owner: null };
    case "followUp":
      return { kind, inDays: 3 };
    case "notify":
      return { kind, to: "" };
    case "suspend":
      return { kind };
    case "propose":
      return { kind, change: { action: "changePlan", planId: null, quantity: null, inDays: null } };
  }
}

type Props = {
  actions: AutomationAction[];
  problems: ReadonlyMap<string, string>;
  onChange(actions: AutomationAction[]): void;
};

export function ActionFields({ actions, problems, onChange }: Props) {
  const fields = useRef<HTMLDivElement>(null);
  return (
    <div className={styles.actions} ref={fields} tabIndex={-1} role="group" aria-label="Actions">
      {actions.map((action, index) => (
        <fieldset
          // Actions have no identity of their own, and are only edited in place.
          key={index}
          className={styles.action}
        >
          <legend>Action {index + 1}</legend>
          <NativeSelect
            label="Do"
            value={action.kind}
            data={Object.entries(kindLabels).map(([value, label]) => ({ value, label }))}
            onChange={(event) =>
              onChange(actions.with(index, newAction(event.currentTarget.value as AutomationActionKind)))
            }
          />
          <Fields
            action={action}
            problemOf={(field) => problems.get(`actions.${index}.${field}`)}
            onChange={(next) => onChange(actions.with(index, next))}
          />
          <Button
            variant="default"
            size="sm"
            className={styles.actionRemove}
            onClick={() => {
              onChange(actions.toSpliced(index, 1));
              // The button that had the focus has been removed.
              fields.current?.focus();
            }}
          >
            Remove action<span className="sr-only"> {index + 1}</span>
          </Button>
        </fieldset>
      ))}
      {problems.get("actions") && (
        <p className="trouble" role="alert">
          {problems.get("actions")}
        </p>
      )}
      {actions.length < maxActions && (
        <div>
          <Button variant="default" size="sm" onClick={() => onChange([...actions, newAction("followUp")])}>
            Add action
          </Button>
        </div>
      )}
    </div>
  );
}

type FieldsProps<One extends AutomationAction = AutomationAction> = {
  action: One;
  problemOf(field: string): string | undefined;
  onChange(action: One): void;
};

function Fields({ action, problemOf, onChange }: FieldsProps) {
  const choices = useQuery(trpc.automations.choices.queryOptions());
  const options = (list: { id: string; name: string }[] | undefined) =>
    (list ?? []).map(({ id, name }) => ({ value: id, label: isolated(name) }));
  const owners = options(choices.data?.owners);
  const channels = options(choices.data?.channels);
  /** The chosen option even if it is no longer offered, so that the form shows what it would send. */
  const unlisted = (chosen: string, listed: { value: string }[]) =>
    chosen === "" || listed.some(({ value }) => value === chosen)
      ? []
      : [{ value: chosen, label: choices.data ? "No longer available" : "Loading…" }];
  switch (action.kind) {
    case "tags":
      return (
        <>
          <TagsInput
            label="Add tags"
            tags={action.add}
            error={problemOf("add") ?? problemOf("add.0")}
            onChange={(add) => onChange({ ...action, add })}
          />
          <TagsInput
            label="Remove tags"
            tags={action.remove}
            error={problemOf("remove") ?? problemOf("remove.0")}
            onChange={(remove) => onChange({ ...action, remove })}
          />
        </>
      );
    case "owner":
      return (
        <NativeSelect
          label="Owner"
          value={action.owner ?? noOne}
          data={[{ value: noOne, label: "Unassigned" }, ...unlisted(action.owner ?? noOne, owners), ...owners]}
          error={problemOf("owner")}
          onChange={(event) => onChange({ ...action, owner: event.currentTarget.value || null })}
        />
      );
    case "followUp":
      return (
        <NumberField
          label="In days"
          value={action.inDays}
          error={problemOf("inDays")}
          onChange={(inDays) => onChange({ ...action, inDays: inDays ?? Number.NaN })}
        />
      );
    case "notify":
      return (
        <NativeSelect
          label="Who"
          value={action.to}
          data={[
            { value: "", label: "Choose a person or channel" },
            ...unlisted(action.to, [...owners, ...channels]),
            { group: "Staff", items: owners },
            ...(channels.length > 0 ? [{ group: "Channels", items: channels }] : []),
          ]}
          error={problemOf("to")}
          onChange={(event) => onChange({ ...action, to: event.currentTarget.value })}
        />
      );
    case "suspend":
      return (
        <p className="dim">
          Sets your own access hold. Your product gets the event; Microsoft continues to bill the customer.
        </p>
      );
    case "propose":
      return <ProposalFields action={action} problemOf={problemOf} onChange={onChange} />;
  }
}

function ProposalFields({ action, problemOf, onChange }: FieldsProps<Extract<AutomationAction, { kind: "propose" }>>) {
  const facets = useQuery(trpc.subscriptions.facets.queryOptions());
  const { change } = action;
  const set = (part: Partial<typeof change>) => onChange({ ...action, change: { ...change, ...part } });
  const plans = new Map(
    (facets.data?.offers ?? []).flatMap(({ name, plans: all }) =>
      all.map((plan) => [plan.planId, `${plan.name} (${name})`]),
    ),
  );
  return (
    <>
      <NativeSelect
        label="Change"
        value={change.action}
        data={plannedActions.map((value) => ({ value, label: changeLabels[value] }))}
        onChange={(event) => set({ action: event.currentTarget.value as typeof change.action })}
      />
      {change.action === "changePlan" && (
        <NativeSelect
          label="To plan"
          value={change.planId ?? ""}
          data={withCurrent(
            [
              { value: "", label: "Choose a plan" },
              ...[...plans].map(([value, label]) => ({ value, label: isolated(label) })),
            ],
            change.planId ?? undefined,
          )}
          error={problemOf("change.planId")}
          onChange={(event) => set({ planId: event.currentTarget.value || null })}
        />
      )}
      {change.action === "changeQuantity" && (
        <NumberField
          label="To seats"
          value={change.quantity}
          error={problemOf("change.quantity")}
          onChange={(quantity) => set({ quantity })}
        />
      )}
      <NumberField
        label="Days after the confirmation"
        placeholder="At the end of the term"
        value={change.inDays}
        error={problemOf("change.inDays")}
        onChange={(inDays) => set({ inDays })}
      />
    </>
  );
}

type TagsProps = { label: string; tags: string[]; error: string | undefined; onChange(tags: string[]): void };

/** Tags as text, separated by commas. */
function TagsInput({ label, tags, error, onChange }: TagsProps) {
  const [typed, setTyped] = useState("");
  // After an action above was removed, the text may belong to the action that had this position before.
  const isOwn = JSON.stringify(tagsIn(typed)) === JSON.stringify(tags);
  return (
    <TextInput
      label={label}
      placeholder="Separate tags with commas"
      maxLength={250}
      value={isOwn ? typed : tags.join(", ")}
      error={error}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setTyped(text);
        onChange(tagsIn(text));
      }}
    />
  );
}

function tagsIn(text: string): string[] {
  return text
    .split(",")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");
}
