import { Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { noticeTestType } from "../../../shared/notifications.ts";
import { testType } from "../../../shared/outbox.ts";
import type { MessageView } from "../../../shared/views/messages.ts";
import { Button } from "../../components/button.tsx";
import { DetailsItem, DetailsList } from "../../components/details-list.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Empty, Problem } from "../../components/problem.tsx";
import { ShortId } from "../../components/short-id.tsx";
import { Dot } from "../../components/status.tsx";
import { Ago } from "../../components/time.tsx";
import { Upcoming } from "../../components/upcoming.tsx";
import { announce } from "../../shell/announce.tsx";
import { isNotFound, messageOf } from "../../text/call-errors.ts";
import { countOf, formatExact } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import { Attempt } from "./attempt.tsx";
import { messageStateLabels, messageTypeLabel } from "./message-labels.ts";
import * as pageStyles from "../../components/page.module.css";
import * as styles from "./messages.module.css";

const route = getRouteApi("/settings/messages/$id");

export function MessagePage() {
  const id = Number(route.useParams().id);
  const message = useQuery(trpc.messages.get.queryOptions({ id }, { retry: false }));
  return (
    <div className={pageStyles.page}>
      <p className={pageStyles.backLink}>
        <Link to="/settings/messages">Messages</Link>
      </p>
      <PageHeader title={message.data ? `Message: ${messageTypeLabel(message.data.type)}` : "Message"} />
      {message.data ? (
        <Message message={message.data} />
      ) : message.error && (isNotFound(message.error) || !Number.isSafeInteger(id) || id < 1) ? (
        <Empty title="Message not found">
          The message may have been deleted after its retention. <Link to="/settings/messages">Show all messages</Link>
        </Empty>
      ) : message.error ? (
        <Problem error={message.error} onRetry={() => void message.refetch()} />
      ) : (
        <Skeleton height={480} />
      )}
    </div>
  );
}

/** A notification of staff is neither sent again nor stopped. */
const isOfEndpoint = (message: MessageView) => message.receiverKind === "endpoint";

function Message({ message }: { message: MessageView }) {
  return (
    <>
      <Delivery message={message} />
      {isOfEndpoint(message) && message.type !== testType && <MessageActions message={message} />}
      <h2 className={styles.attemptsTitle}>Attempts</h2>
      {message.attemptList.length === 0 ? (
        <p className="dim">No attempts yet.</p>
      ) : (
        <div className={styles.attempts}>
          {message.attemptList.map((attempt, index) => (
            <Attempt
              key={attempt.id}
              attempt={attempt}
              number={message.attemptList.length - index}
              isOpenAtFirst={index === 0}
              protocol={message.receiverKind === "mail" ? "Mail server" : "HTTP"}
            />
          ))}
        </div>
      )}
    </>
  );
}

function Delivery({ message }: { message: MessageView }) {
  const { state, type, dueAt, waitsFor } = message;
  return (
    <DetailsList title="Delivery">
      <DetailsItem label="State">
        <Dot tone={messageStateLabels[state].tone}>{messageStateLabels[state].label}</Dot>
        {dueAt && (
          <span className="dim">
            , next attempt <Upcoming at={dueAt} />
          </span>
        )}
        {waitsFor > 0 && (
          <span className="dim">, after {countOf(waitsFor, "earlier message")} of the same subscription</span>
        )}
      </DetailsItem>
      <DetailsItem label="To">
        {isOfEndpoint(message) ? (
          <Link to="/settings/endpoints/$id" params={{ id: message.receiverId }}>
            {message.receiverName}
          </Link>
        ) : (
          message.receiverName
        )}
      </DetailsItem>
      {(message.summary !== null || type === testType || type === noticeTestType) && (
        <DetailsItem label="Reason">{message.summary ?? "A test that staff sent"}</DetailsItem>
      )}
      {message.subscriptionId && (
        <DetailsItem label="Subscription">
          <Link to="/subscriptions/$id" params={{ id: message.subscriptionId }}>
            {message.subscriptionName ?? message.subscriptionId}
          </Link>
        </DetailsItem>
      )}
      <DetailsItem label="Type">
        {messageTypeLabel(type)} <code className="dim">{type}</code>
      </DetailsItem>
      <DetailsItem label="Created">
        <Ago at={message.createdAt} />, {formatExact(Date.parse(message.createdAt))}
      </DetailsItem>
      <DetailsItem label="Message ID">
        <ShortId id={message.messageId} of="message" isWhole />
      </DetailsItem>
    </DetailsList>
  );
}

function MessageActions({ message: { id, state } }: { message: MessageView }) {
  const queryClient = useQueryClient();
  const refresh = {
    onSettled: () => queryClient.invalidateQueries(trpc.messages.pathFilter()),
    onError: (error: unknown) => announce(messageOf(error, true)),
  };
  const resend = useMutation(
    trpc.messages.resend.mutationOptions({ ...refresh, onSuccess: () => announce("Message queued again") }),
  );
  const stop = useMutation(
    trpc.messages.stop.mutationOptions({ ...refresh, onSuccess: () => announce("Message stopped") }),
  );
  return (
    <div className={styles.messageActions} role="group" aria-label="Actions">
      {state === "waiting" ? (
        <Button size="sm" variant="default" loading={stop.isPending} onClick={() => stop.mutate({ id })}>
          Stop message
        </Button>
      ) : (
        <Button size="sm" variant="default" loading={resend.isPending} onClick={() => resend.mutate({ id })}>
          Send again
        </Button>
      )}
    </div>
  );
}
