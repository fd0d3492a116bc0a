import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import type { EndpointView } from "../../../shared/views/endpoints.ts";
import { Button } from "../../components/button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { useRowKeys } from "../../components/paged-table.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Empty, Problem } from "../../components/problem.tsx";
import { Ago } from "../../components/time.tsx";
import { countOf } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import { EndpointState } from "./endpoint-state.tsx";
import * as pageStyles from "../../components/page.module.css";
import * as tableStyles from "../../components/table/table.module.css";
import * as styles from "./endpoints.module.css";

const EndpointDialog = lazyPart(() => import("./endpoint-form.tsx"), "EndpointDialog");

export function EndpointsPage() {
  const endpoints = useQuery(trpc.endpoints.list.queryOptions());
  const rows = useRowKeys<HTMLUListElement>();
  const [isCreating, setCreating] = useState(false);
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Endpoints"
        note={
          <>
            Marketdesk sends the events of your subscriptions to these addresses of your product, signed and in order.{" "}
            <Link to="/settings/messages">All messages</Link>
          </>
        }
      >
        <Button size="sm" onClick={() => setCreating(true)}>
          Create endpoint…
        </Button>
      </PageHeader>
      {endpoints.error && !endpoints.data ? (
        <Problem error={endpoints.error} onRetry={() => void endpoints.refetch()} />
      ) : !endpoints.data ? (
        <Skeleton height={200} />
      ) : endpoints.data.length === 0 ? (
        <Empty title="No endpoints yet">
          Create an endpoint to have events sent to your product. Your product can also read the same events with an API
          key.
        </Empty>
      ) : (
        <ul className={styles.endpoints} ref={rows}>
          {endpoints.data.map((endpoint) => (
            <Endpoint key={endpoint.id} endpoint={endpoint} />
          ))}
        </ul>
      )}
      <Suspense>{isCreating && <EndpointDialog endpoint={null} onClose={() => setCreating(false)} />}</Suspense>
    </div>
  );
}

function Endpoint({ endpoint }: { endpoint: EndpointView }) {
  const { id, name, address, eventTypes, offerIds, deliveredAt, waiting, waitingSince, failed } = endpoint;
  return (
    <li className={styles.endpoint}>
      <div>
        <h2>
          <Link to="/settings/endpoints/$id" params={{ id }} className={tableStyles.rowLink} data-row>
            {name}
          </Link>
        </h2>
        <p className={`dim ${styles.endpointAddress}`}>{address}</p>
      </div>
      <div>
        <p>
          <EndpointState endpoint={endpoint} />
        </p>
        <p className="dim">
          {deliveredAt ? (
            <>
              Last delivery <Ago at={deliveredAt} />
            </>
          ) : (
            "No delivery yet"
          )}
        </p>
      </div>
      <div>
        <p>
          {waiting === 0 ? "No messages waiting" : `${countOf(waiting, "message")} waiting`}
          {waitingSince && (
            <span className="dim">
              , the oldest since <Ago at={waitingSince} />
            </span>
          )}
        </p>
        <p className="dim">
          {failed > 0 && `${countOf(failed, "message")} failed · `}
          {eventTypes === null ? "All event types" : countOf(eventTypes.length, "event type")}
          {offerIds !== null && ` of ${countOf(offerIds.length, "offer")}`}
        </p>
      </div>
    </li>
  );
}
