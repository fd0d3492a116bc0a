import { Skeleton } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { includesRole } from "../../shared/roles.ts";
import type { DeliveryView } from "../../shared/views/history.ts";
import { DetailsItem, DetailsList } from "../components/details-list.tsx";
import { downloadJson } from "../components/download-json.ts";
import { GuardedButton } from "../components/guarded-button.tsx";
import { PageHeader } from "../components/page-header.tsx";
import { Empty, Problem } from "../components/problem.tsx";
import { RawText } from "../components/raw-text.tsx";
import { ShortId } from "../components/short-id.tsx";
import { Dot } from "../components/status.tsx";
import { Ago } from "../components/time.tsx";
import { formatBytes, formatExact, prettyJson } from "../text/format.ts";
import { announce } from "../shell/announce.tsx";
import { isNotFound, messageOf } from "../text/call-errors.ts";
import { trpc } from "../trpc.ts";
import { deliveryLabels, operationActionLabel, outcomeLabels } from "../text/labels.ts";
import * as pageStyles from "../components/page.module.css";
import * as styles from "./delivery.module.css";

const route = getRouteApi("/deliveries/$id");

export function DeliveryPage() {
  const { id } = route.useParams();
  const delivery = useQuery(trpc.deliveries.get.queryOptions({ id }));
  const action = delivery.data?.action;
  return (
    <div className={pageStyles.page}>
      <p className={pageStyles.backLink}>
        <Link to="/deliveries">Webhooks</Link>
      </p>
      <PageHeader title={action ? `Delivery: ${operationActionLabel(action)}` : "Delivery"} />
      {delivery.data ? (
        <Delivery delivery={delivery.data} />
      ) : delivery.error && isNotFound(delivery.error) ? (
        <Empty title="Delivery not found">
          The delivery may have been deleted after its retention period.{" "}
          <Link to="/deliveries">Show all deliveries</Link>
        </Empty>
      ) : delivery.error ? (
        <Problem error={delivery.error} onRetry={() => void delivery.refetch()} />
      ) : (
        <Skeleton height={480} />
      )}
    </div>
  );
}

function Delivery({ delivery }: { delivery: DeliveryView }) {
  return (
    <>
      <DetailsList title="Outcome">
        <DetailsItem label="Received">
          <Ago at={delivery.receivedAt} />, {formatExact(Date.parse(delivery.receivedAt))}
        </DetailsItem>
        <DetailsItem label="Outcome">
          <Dot tone={deliveryLabels[delivery.outcome].tone}>{deliveryLabels[delivery.outcome].label}</Dot>
        </DetailsItem>
        <DetailsItem label="Subscription">
          {delivery.subscriptionId && delivery.subscriptionName ? (
            <Link to="/subscriptions/$id" params={{ id: delivery.subscriptionId }}>
              {delivery.subscriptionName}
            </Link>
          ) : (
            (delivery.subscriptionId ?? "Not in the body")
          )}
        </DetailsItem>
        <DetailsItem label="Operation">
          {delivery.operationOutcome ? (
            <Dot tone={outcomeLabels[delivery.operationOutcome].tone}>
              {outcomeLabels[delivery.operationOutcome].label}
            </Dot>
          ) : (
            (delivery.operationStage ?? "None")
          )}
        </DetailsItem>
        {delivery.operationId && (
          <DetailsItem label="Trace">
            <Link to="/operations/$id" params={{ id: delivery.operationId }}>
              Show all steps of the operation
            </Link>
          </DetailsItem>
        )}
        <DetailsItem label="Operation ID at Microsoft">
          {delivery.marketplaceId ? <ShortId id={delivery.marketplaceId} of="operation" isWhole /> : "Not in the body"}
        </DetailsItem>
        <DetailsItem label="SHA-256 of the body">
          <ShortId id={delivery.bodySha256} of="body" />
        </DetailsItem>
      </DetailsList>
      <SaveCase id={delivery.id} />
      <h2>Body, {formatBytes(delivery.bytes)}</h2>
      <RawText text={prettyJson(delivery.body)} label="Body of the delivery" />
      <h2>Headers</h2>
      <table className={styles.headers}>
        <caption className="sr-only">Headers of the call; tokens are not stored</caption>
        <tbody>
          {Object.entries(delivery.headers).map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** Saves the delivery and what was decided on it as a file, without personal data. */
function SaveCase({ id }: { id: string }) {
  const me = useQuery(trpc.me.get.queryOptions());
  const queryClient = useQueryClient();
  const [isLoading, setLoading] = useState(false);
  const mayAct = me.data !== undefined && includesRole(me.data.role, "operator");

  async function save() {
    setLoading(true);
    try {
      const pinned = await queryClient.fetchQuery(trpc.deliveries.asCase.queryOptions({ id }, { staleTime: 0 }));
      downloadJson(`case-${pinned.name.replaceAll(/[^\w-]+/g, "-").toLowerCase()}-${id.slice(-6)}.json`, pinned);
      announce("Case saved. Put the file with your other cases.");
    } catch (error) {
      announce(messageOf(error));
    }
    setLoading(false);
  }

  return (
    <section aria-labelledby="case">
      <h2 id="case">Case</h2>
      <p className="dim">
        A case is this delivery with the decisions on it, without names, email addresses and IDs. After an upgrade,{" "}
        <code>npm run replay-cases</code> shows which decisions would differ.
      </p>
      <GuardedButton
        variant="default"
        loading={isLoading}
        blockedReason={mayAct ? null : "You need the Operator role for this."}
        onClick={() => void save()}
      >
        Save as case
      </GuardedButton>
    </section>
  );
}
