import { Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { includesRole } from "../../../shared/roles.ts";
import type { AutomationDetailView, FiringView } from "../../../shared/views/automations.ts";
import { Button } from "../../components/button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Empty, Problem } from "../../components/problem.tsx";
import { Dot } from "../../components/status.tsx";
import { Ago } from "../../components/time.tsx";
import { announce } from "../../shell/announce.tsx";
import { messageOf } from "../../text/call-errors.ts";
import type { Tone } from "../../text/labels.ts";
import { trpc } from "../../trpc.ts";
import { AutomationSummary } from "./automation-summary.tsx";
import * as pageStyles from "../../components/page.module.css";
import * as styles from "./automations.module.css";

const AutomationForm = lazyPart(() => import("./automation-form.tsx"), "AutomationForm");

const RemoveDialog = lazyPart(() => import("./remove-dialog.tsx"), "RemoveDialog");

const route = getRouteApi("/settings/automations/$id");

/** One automation, or the form of a new one at `/settings/automations/new`. */
export function AutomationPage() {
  const { id } = route.useParams();
  const me = useQuery(trpc.me.get.queryOptions());
  const isNew = id === "new";
  const automation = useQuery(trpc.automations.get.queryOptions({ id }, { enabled: !isNew }));
  const isAdmin = me.data !== undefined && includesRole(me.data.role, "admin");
  return (
    <div className={pageStyles.page}>
      <p className={pageStyles.backLink}>
        <Link to="/settings/automations">Automations</Link>
      </p>
      <PageHeader title={isNew ? "Create automation" : (automation.data?.name ?? "Automation")} />
      {isNew ? (
        isAdmin ? (
          <Suspense fallback={<Skeleton height={480} />}>
            <AutomationForm automation={null} />
          </Suspense>
        ) : (
          me.data && <Empty title="Only admins create automations">Ask an admin to create one.</Empty>
        )
      ) : automation.data ? (
        <Automation key={id} automation={automation.data} isAdmin={isAdmin} />
      ) : automation.error ? (
        <Problem error={automation.error} onRetry={() => void automation.refetch()} />
      ) : (
        <Skeleton height={480} />
      )}
    </div>
  );
}

function Automation({ automation, isAdmin }: { automation: AutomationDetailView; isAdmin: boolean }) {
  const { isOn, isRemoved, version, versions, firings } = automation;
  const canEdit = isAdmin && !isRemoved;
  return (
    <>
      <div className={styles.automationState} role="group" aria-label="State">
        <Dot tone={isOn ? "good" : "quiet"}>{isRemoved ? "Deleted" : isOn ? "On" : "Off"}</Dot>
        <span className="dim">Version {version}</span>
        {canEdit && <Switch automation={automation} />}
        {canEdit && <Remove automation={automation} />}
      </div>
      {canEdit ? (
        <Suspense fallback={<Skeleton height={480} />}>
          <AutomationForm automation={automation} />
        </Suspense>
      ) : (
        <AutomationSummary {...automation} />
      )}
      <section className={styles.automationPart} aria-labelledby="firings">
        <h2 id="firings">Recent actions</h2>
        {firings.length === 0 ? (
          <p className="dim">No actions in the last 90 days.</p>
        ) : (
          <ul className={styles.firings}>
            {firings.map((firing) => (
              <Firing key={firing.id} firing={firing} />
            ))}
          </ul>
        )}
      </section>
      <section className={styles.automationPart} aria-labelledby="versions">
        <h2 id="versions">Versions</h2>
        <ul className={styles.firings}>
          {versions.map((one) => (
            <li key={one.version}>
              Version {one.version} by {one.actor.name} <Ago at={one.at} />: “{one.reason}”
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

function Switch({ automation: { id, name, isOn } }: { automation: AutomationDetailView }) {
  const queryClient = useQueryClient();
  const options = (done: string) => ({
    onSuccess: () => announce(`“${name}” is ${done}`),
    onError: (error: unknown) => announce(messageOf(error, true)),
    onSettled: () => queryClient.invalidateQueries(trpc.automations.pathFilter()),
  });
  const turnOn = useMutation(trpc.automations.turnOn.mutationOptions(options("on")));
  const turnOff = useMutation(trpc.automations.turnOff.mutationOptions(options("off")));
  const change = isOn ? turnOff : turnOn;
  return (
    <Button
      size="sm"
      variant={isOn ? "default" : "filled"}
      loading={turnOn.isPending || turnOff.isPending}
      onClick={() => change.mutate({ id })}
    >
      {isOn ? "Turn off" : "Turn on"}
    </Button>
  );
}

function Remove({ automation }: { automation: AutomationDetailView }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button size="sm" variant="default" onClick={() => setOpen(true)}>
        Delete…
      </Button>
      {isOpen && (
        <Suspense>
          <RemoveDialog automation={automation} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

const firingStates: Record<FiringView["state"], { label: string; tone: Tone }> = {
  done: { label: "done", tone: "good" },
  failed: { label: "problem", tone: "bad" },
  limited: { label: "limit reached", tone: "warn" },
  dismissed: { label: "problem dismissed", tone: "quiet" },
};

function Firing({ firing }: { firing: FiringView }) {
  const { at, version, subscriptionId, subscriptionName, cause, state, results } = firing;
  const { label, tone } = firingStates[state];
  return (
    <li>
      <Link to="/subscriptions/$id" params={{ id: subscriptionId }}>
        {subscriptionName}
      </Link>
      : {cause}, <Ago at={at} /> <Dot tone={tone}>{label}</Dot>
      <span className="dim"> version {version}</span>
      <br />
      <span className="dim">{results.map(({ text }) => text).join(" ")}</span>
    </li>
  );
}
