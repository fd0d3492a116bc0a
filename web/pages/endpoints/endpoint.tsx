import { Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { eventMeanings } from "../../../shared/event-meanings.ts";
import type { EndpointView, TestResult } from "../../../shared/views/endpoints.ts";
import { Button } from "../../components/button.tsx";
import { CopyText } from "../../components/copy-text.tsx";
import { DetailsItem, DetailsList } from "../../components/details-list.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Empty, Problem } from "../../components/problem.tsx";
import { Ago } from "../../components/time.tsx";
import { announce } from "../../shell/announce.tsx";
import { messageOf } from "../../text/call-errors.ts";
import { countOf, formatNumber } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import { EndpointState } from "./endpoint-state.tsx";
import * as calloutStyles from "../../components/callout.module.css";
import * as pageStyles from "../../components/page.module.css";
import * as styles from "./endpoints.module.css";

const EndpointDialog = lazyPart(() => import("./endpoint-form.tsx"), "EndpointDialog");
const PauseDialog = lazyPart(() => import("./endpoint-dialogs.tsx"), "PauseDialog");
const RemoveDialog = lazyPart(() => import("./endpoint-dialogs.tsx"), "RemoveDialog");
const RotateDialog = lazyPart(() => import("./rotate-dialog.tsx"), "RotateDialog");
const ResendDialog = lazyPart(() => import("./resend-dialog.tsx"), "ResendDialog");

const route = getRouteApi("/settings/endpoints/$id");

export function EndpointPage() {
  const { id } = route.useParams();
  const endpoints = useQuery(trpc.endpoints.list.queryOptions());
  const endpoint = endpoints.data?.find((one) => one.id === id);
  return (
    <div className={pageStyles.page}>
      <p className={pageStyles.backLink}>
        <Link to="/settings/endpoints">Endpoints</Link>
      </p>
      <PageHeader title={endpoint?.name ?? "Endpoint"} />
      {endpoint ? (
        <Endpoint key={endpoint.id} endpoint={endpoint} />
      ) : endpoints.data ? (
        <Empty title="Endpoint not found">
          The endpoint may have been removed. <Link to="/settings/endpoints">Show all endpoints</Link>
        </Empty>
      ) : endpoints.error ? (
        <Problem error={endpoints.error} onRetry={() => void endpoints.refetch()} />
      ) : (
        <Skeleton height={320} />
      )}
    </div>
  );
}

type Open = "edit" | "pause" | "rotate" | "resend" | "remove";

function Endpoint({ endpoint }: { endpoint: EndpointView }) {
  const { id } = endpoint;
  const [open, setOpen] = useState<Open | null>(null);
  const [result, setResult] = useState<TestResult | null>(null);
  const queryClient = useQueryClient();
  const refresh = {
    async onSettled() {
      await queryClient.invalidateQueries(trpc.endpoints.pathFilter());
      await queryClient.invalidateQueries(trpc.messages.pathFilter());
    },
    onError: (error: unknown) => announce(messageOf(error, true)),
  };
  const test = useMutation(trpc.endpoints.test.mutationOptions({ ...refresh, onSuccess: setResult }));
  const resume = useMutation(
    trpc.endpoints.resume.mutationOptions({
      ...refresh,
      onSuccess(sent) {
        setResult(sent);
        if (sent.isDelivered) announce(`Endpoint “${endpoint.name}” resumed`);
      },
    }),
  );
  const stop = useMutation(
    trpc.endpoints.stopResending.mutationOptions({
      ...refresh,
      onSuccess: ({ count }) => announce(`${countOf(count, "message")} stopped`),
    }),
  );
  const close = () => setOpen(null);
  const isActive = endpoint.state === "active";
  return (
    <>
      <div className={styles.endpointActions} role="group" aria-label="Actions">
        {isActive ? (
          <Button size="sm" loading={test.isPending} onClick={() => test.mutate({ id })}>
            Send test
          </Button>
        ) : (
          <Button size="sm" loading={resume.isPending} onClick={() => resume.mutate({ id })}>
            Send test and resume
          </Button>
        )}
        <Button size="sm" variant="default" onClick={() => setOpen("edit")}>
          Edit…
        </Button>
        <Button size="sm" variant="default" onClick={() => setOpen("rotate")}>
          Rotate secret…
        </Button>
        <Button size="sm" variant="default" onClick={() => setOpen("resend")}>
          Send again…
        </Button>
        {isActive && (
          <Button size="sm" variant="default" onClick={() => setOpen("pause")}>
            Pause…
          </Button>
        )}
        <Button size="sm" variant="default" onClick={() => setOpen("remove")}>
          Remove…
        </Button>
      </div>
      <div role="status">{result && <Result result={result} />}</div>
      {endpoint.resending > 0 && (
        <section className={calloutStyles.callout} data-tone="info" aria-label="Sending again">
          <h2>{countOf(endpoint.resending, "message")} left to send again</h2>
          <Button size="compact-sm" variant="default" loading={stop.isPending} onClick={() => stop.mutate({ id })}>
            Stop sending again
          </Button>
        </section>
      )}
      <Facts endpoint={endpoint} />
      <Suspense>
        {open === "edit" && <EndpointDialog endpoint={endpoint} onClose={close} />}
        {open === "pause" && <PauseDialog endpoint={endpoint} onClose={close} />}
        {open === "rotate" && <RotateDialog endpoint={endpoint} onClose={close} />}
        {open === "resend" && <ResendDialog endpoint={endpoint} onClose={close} />}
        {open === "remove" && <RemoveDialog endpoint={endpoint} onClose={close} />}
      </Suspense>
    </>
  );
}

function Result({ result }: { result: TestResult }) {
  const { isDelivered, status, problem, durationMs, messageRow } = result;
  return (
    <section
      className={calloutStyles.callout}
      data-tone={isDelivered ? "info" : "warn"}
      aria-label="Result of the test"
    >
      <div>
        <h2>{isDelivered ? `Test message delivered: HTTP ${status}` : "The test message was not delivered"}</h2>
        <p>
          {isDelivered ? `It took ${formatNumber(durationMs)} ms.` : problem}{" "}
          <Link to="/settings/messages/$id" params={{ id: String(messageRow) }}>
            Show request and answer
          </Link>
        </p>
      </div>
    </section>
  );
}

function Facts({ endpoint }: { endpoint: EndpointView }) {
  const { eventTypes, offerIds } = endpoint;
  const facets = useQuery(trpc.subscriptions.facets.queryOptions());
  const nameOf = (id: string) => facets.data?.offers.find(({ offerId }) => offerId === id)?.name ?? id;
  return (
    <DetailsList title="Endpoint">
      <DetailsItem label="State">
        <EndpointState endpoint={endpoint} /> <span className="dim">since </span>
        <Ago at={endpoint.failingSince ?? endpoint.stateSince} />
        {endpoint.failingSince && endpoint.waiting > 0 && endpoint.nextAttemptAt && (
          <span className="dim">
            , next attempt <Ago at={endpoint.nextAttemptAt} />
          </span>
        )}
      </DetailsItem>
      <DetailsItem label="Address">
        <span className={styles.endpointAddress}>
          <CopyText text={endpoint.address} of="the address" />
        </span>
      </DetailsItem>
      <DetailsItem label="Messages">
        <Link to="/settings/messages" search={{ receiver: endpoint.id }}>
          Show all messages
        </Link>
        {endpoint.waiting > 0 && (
          <>
            {" · "}
            <Link to="/settings/messages" search={{ receiver: endpoint.id, state: "waiting" }}>
              {formatNumber(endpoint.waiting)} waiting
            </Link>
          </>
        )}
        {endpoint.failed > 0 && (
          <>
            {" · "}
            <Link to="/settings/messages" search={{ receiver: endpoint.id, state: "failed" }}>
              {formatNumber(endpoint.failed)} failed
            </Link>
          </>
        )}
      </DetailsItem>
      <DetailsItem label="Last delivery">
        {endpoint.deliveredAt ? <Ago at={endpoint.deliveredAt} /> : "None yet"}
      </DetailsItem>
      <DetailsItem label="Event types">
        {eventTypes === null ? "All" : eventTypes.map((kind) => eventMeanings[kind].name).join(", ")}
      </DetailsItem>
      <DetailsItem label="Offers">{offerIds === null ? "All" : offerIds.map(nameOf).join(", ")}</DetailsItem>
      <DetailsItem label="Secret">
        Set <Ago at={endpoint.secretChangedAt} />
        {endpoint.previousSecretEndsAt && (
          <>
            ; the earlier secret stops signing <Ago at={endpoint.previousSecretEndsAt} />
          </>
        )}
      </DetailsItem>
      <DetailsItem label="Created">
        <Ago at={endpoint.createdAt} /> by {endpoint.createdByName}
      </DetailsItem>
    </DetailsList>
  );
}
