/** The form of an automation: when, if, then, with its preview. */
import { NativeSelect, Textarea, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { z } from "zod";
import {
  type AutomationFilters,
  type AutomationRule,
  automationEvents,
  automationRule,
  createAutomationInput,
} from "../../../shared/automations.ts";
import { eventMeanings } from "../../../shared/event-meanings.ts";
import { isolated } from "../../../shared/foreign-text.ts";
import { statusNames, subscriptionStatuses } from "../../../shared/lifecycle.ts";
import type { AutomationDetailView } from "../../../shared/views/automations.ts";
import { Button } from "../../components/button.tsx";
import { CheckBox } from "../../components/check-box.tsx";
import { SubmitStatus } from "../../components/form-footer.tsx";
import { KeptInputLine, useSettingsForm } from "../../components/settings-form.tsx";
import { withCurrent } from "../../components/select-options.ts";
import { MoreFilters } from "../../components/subscription-filters/more-filters.tsx";
import { announce } from "../../shell/announce.tsx";
import { trpc } from "../../trpc.ts";
import { ActionFields } from "./action-fields.tsx";
import { AutomationPreview } from "./automation-preview.tsx";
import { filterWords } from "./automation-words.ts";
import * as buttonStyles from "../../components/button.module.css";
import * as formStyles from "../../components/form.module.css";
import * as filtersStyles from "../../components/table/filters.module.css";
import * as styles from "./automations.module.css";

const newRule: AutomationRule = {
  trigger: { kind: "event", events: [] },
  filters: {},
  actions: [{ kind: "followUp", inDays: 3 }],
};

const formInput = createAutomationInput.extend({ seenVersion: z.int() });
type Values = z.infer<typeof formInput>;

/** Messages by the path of their field, such as `actions.0.to`. */
type Problems = ReadonlyMap<string, string>;

/** @param automation null: a new one */
export function AutomationForm({ automation }: { automation: AutomationDetailView | null }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  /** Problems are shown after the first attempt, until they are corrected. */
  const [hasTried, setTried] = useState(false);
  const refresh = { onSettled: () => queryClient.invalidateQueries(trpc.automations.pathFilter()) };
  const create = useMutation(trpc.automations.create.mutationOptions(refresh));
  const change = useMutation(trpc.automations.change.mutationOptions(refresh));
  const { form, submit, isSending, problem, kept } = useSettingsForm<Values, { id: string }>({
    subject: `automation ${automation?.id ?? "new"}`,
    schema: formInput,
    stored: {
      name: automation?.name ?? "",
      rule: automation?.rule ?? newRule,
      reason: "",
      seenVersion: automation?.version ?? 0,
    },
    changedByName: automation?.versions[0]?.actor.name,
    async send({ seenVersion, ...values }) {
      if (!automation) return create.mutateAsync(values);
      await change.mutateAsync({ ...values, id: automation.id, seenVersion });
      return automation;
    },
    onSaved({ id }) {
      setTried(false);
      if (automation) return announce(`Automation “${name}” saved`);
      announce("Automation created. It is off until you turn it on.");
      void navigate({ to: "/settings/automations/$id", params: { id } });
    },
    failedTitle: "Not saved",
  });
  const { name, rule, reason } = form.values;
  const edit = (part: Partial<AutomationRule>) => form.setFieldValue("rule", { ...rule, ...part });
  const checked = createAutomationInput.safeParse({ name, rule, reason });
  const issues = hasTried && !checked.success ? checked.error.issues : [];
  const problems: Problems = new Map(issues.toReversed().map(({ path, message }) => [path.join("."), message]));
  const ofRule = new Map([...problems].map(([path, message]) => [path.replace(/^rule\./, ""), message]));

  return (
    <form
      onSubmit={(event) => {
        setTried(true);
        submit(event);
      }}
      noValidate
      className={styles.automationForm}
    >
      <TextInput
        label="Name"
        description="Shown as the actor of what the automation does."
        autoComplete="off"
        maxLength={60}
        value={name}
        error={problems.get("name")}
        onChange={(event) => form.setFieldValue("name", event.currentTarget.value)}
      />
      <When rule={rule} problem={ofRule.get("trigger.events")} onChange={(trigger) => edit({ trigger })} />
      <If filters={rule.filters} problem={ofRule.get("filters")} onChange={(filters) => edit({ filters })} />
      <section aria-labelledby="then" className={styles.part}>
        <h2 id="then">Then</h2>
        <ActionFields actions={rule.actions} problems={ofRule} onChange={(actions) => edit({ actions })} />
      </section>
      <AutomationPreview rule={automationRule.safeParse(rule).data ?? null} />
      <Textarea
        label="Reason"
        description="Stored in the audit trail with this version."
        autosize
        minRows={2}
        maxLength={500}
        value={reason}
        error={problems.get("reason")}
        onChange={(event) => form.setFieldValue("reason", event.currentTarget.value)}
      />
      {issues[0] && (
        <p className="trouble" role="alert">
          Not saved: {issues[0].message}
        </p>
      )}
      <KeptInputLine of={kept} />
      <SubmitStatus problem={problem} isSending={isSending} />
      <div>
        <Button type="submit" loading={isSending}>
          {automation ? "Save automation" : "Create automation"}
        </Button>
      </div>
    </form>
  );
}

type WhenProps = {
  rule: AutomationRule;
  problem: string | undefined;
  onChange(trigger: AutomationRule["trigger"]): void;
};

function When({ rule: { trigger }, problem, onChange }: WhenProps) {
  const events = trigger.kind === "event" ? trigger.events : [];
  return (
    <section aria-labelledby="when" className={styles.part}>
      <h2 id="when">When</h2>
      <fieldset className={formStyles.choice}>
        <legend className="sr-only">When</legend>
        <label>
          <input
            type="radio"
            name="when"
            checked={trigger.kind === "event"}
            onChange={() => onChange({ kind: "event", events: [] })}
          />
          <span>An event happens</span>
        </label>
        <label>
          <input
            type="radio"
            name="when"
            checked={trigger.kind === "enters"}
            onChange={() => onChange({ kind: "enters" })}
          />
          <span>A subscription begins to match the filters below</span>
        </label>
      </fieldset>
      {trigger.kind === "event" && (
        <fieldset className={styles.events}>
          <legend>Events</legend>
          {automationEvents.map((event) => (
            <CheckBox
              key={event}
              label={eventMeanings[event].name}
              note={eventMeanings[event].meaning}
              isChecked={events.includes(event)}
              onChange={(isChecked) =>
                onChange({
                  kind: "event",
                  events: automationEvents.filter((one) => (one === event ? isChecked : events.includes(one))),
                })
              }
            />
          ))}
        </fieldset>
      )}
      {problem && (
        <p className="trouble" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}

type IfProps = {
  filters: AutomationFilters;
  problem: string | undefined;
  onChange(filters: AutomationFilters): void;
};

function If({ filters, problem, onChange }: IfProps) {
  const [isOpen, setOpen] = useState(false);
  const facets = useQuery(trpc.subscriptions.facets.queryOptions());
  const views = useQuery(trpc.views.list.queryOptions());
  const offers = facets.data?.offers ?? [];
  const plans = offers.filter(({ offerId }) => !filters.offer || offerId === filters.offer).flatMap((one) => one.plans);
  const words = filterWords(filters, facets.data);
  const change = (part: AutomationFilters) => onChange(without({ ...filters, ...part }));
  return (
    <section aria-labelledby="if" className={styles.part}>
      <h2 id="if">If</h2>
      <div className={styles.filters}>
        <NativeSelect
          label="Status"
          value={filters.status ?? ""}
          data={[
            { value: "", label: "Any" },
            ...subscriptionStatuses.map((value) => ({ value, label: statusNames[value] })),
          ]}
          onChange={(event) =>
            change({ status: subscriptionStatuses.find((one) => one === event.currentTarget.value) })
          }
        />
        <NativeSelect
          label="Offer"
          value={filters.offer ?? ""}
          data={withCurrent(
            [
              { value: "", label: "Any" },
              ...offers.map(({ offerId, name }) => ({ value: offerId, label: isolated(name) })),
            ],
            filters.offer,
          )}
          onChange={(event) => change({ offer: event.currentTarget.value || undefined, plan: undefined })}
        />
        {views.data && views.data.length > 0 && (
          <NativeSelect
            label="Copy filters of a view"
            value=""
            data={[
              { value: "", label: "Choose a view" },
              ...views.data.map((view) => ({ value: view.id, label: isolated(view.name) })),
            ]}
            onChange={(event) => {
              const view = views.data.find(({ id }) => id === event.currentTarget.value);
              if (!view) return;
              const { sort: _sort, order: _order, ...copied } = view.filters;
              onChange(without(copied));
              announce(`Filters of “${view.name}” copied`);
            }}
          />
        )}
        <Button variant="default" aria-expanded={isOpen} aria-controls="more-filters" onClick={() => setOpen(!isOpen)}>
          All filters
        </Button>
      </div>
      {isOpen && (
        <MoreFilters
          filters={filters}
          facets={facets.data}
          plans={[...new Map(plans.map((plan) => [plan.planId, plan])).values()]}
          change={({ cursor: _cursor, sort: _sort, order: _order, ...part }) => change(part)}
        />
      )}
      {words.length === 0 ? (
        <p className="dim">No filters: any subscription.</p>
      ) : (
        <div className={styles.inForce} role="group" aria-label="Active filters">
          {words.map((word) => (
            <button
              key={word.name}
              type="button"
              className={filtersStyles.chip}
              data-on
              aria-label={`Remove filter: ${word.label}`}
              onClick={() => change({ [word.name]: undefined })}
            >
              {word.label}
              <IconX size={13} aria-hidden />
            </button>
          ))}
          <button type="button" className={buttonStyles.compact} onClick={() => onChange({})}>
            Clear filters
          </button>
        </div>
      )}
      {problem && (
        <p className="trouble" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}

/** Without filters that are not set. */
function without(filters: AutomationFilters): AutomationFilters {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
}
