import { Button as ButtonLink, Skeleton } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { includesRole } from "../../../shared/roles.ts";
import type { AutomationView } from "../../../shared/views/automations.ts";
import { useRowKeys } from "../../components/paged-table.tsx";
import { Button } from "../../components/button.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Empty, Problem } from "../../components/problem.tsx";
import { Dot } from "../../components/status.tsx";
import { Ago } from "../../components/time.tsx";
import { announce } from "../../shell/announce.tsx";
import { messageOf } from "../../text/call-errors.ts";
import { countOf } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import { AutomationSummary } from "./automation-summary.tsx";
import * as pageStyles from "../../components/page.module.css";
import * as tableStyles from "../../components/table/table.module.css";
import * as styles from "./automations.module.css";

export function AutomationsPage() {
  const me = useQuery(trpc.me.get.queryOptions());
  const automations = useQuery(trpc.automations.list.queryOptions());
  const rows = useRowKeys<HTMLOListElement>();
  const isAdmin = me.data !== undefined && includesRole(me.data.role, "admin");
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Automations"
        note="What Marketdesk does when something happens to a subscription. Automations act in this order. They never cancel, and only propose plan and seat changes."
      >
        {isAdmin && (
          <ButtonLink size="sm" component={Link} to="/settings/automations/new">
            Create automation…
          </ButtonLink>
        )}
      </PageHeader>
      {automations.error && !automations.data ? (
        <Problem error={automations.error} onRetry={() => void automations.refetch()} />
      ) : !automations.data ? (
        <Skeleton height={200} />
      ) : automations.data.length === 0 ? (
        <Empty title="No automations yet">
          {isAdmin
            ? "Create an automation, for example: when a payment fails, set the owner and a follow-up in 3 days."
            : "Admins create automations, for example: when a payment fails, set the owner and a follow-up in 3 days."}
        </Empty>
      ) : (
        <ol className={styles.automations} ref={rows}>
          {automations.data.map((automation, index) => (
            <Automation
              key={automation.id}
              automation={automation}
              isAdmin={isAdmin}
              isFirst={index === 0}
              isLast={index === automations.data.length - 1}
            />
          ))}
        </ol>
      )}
    </div>
  );
}

type Props = { automation: AutomationView; isAdmin: boolean; isFirst: boolean; isLast: boolean };

function Automation({ automation, isAdmin, isFirst, isLast }: Props) {
  const { id, name, isOn, rule, actionTexts, lastFiredAt, problems } = automation;
  return (
    <li className={styles.automation}>
      <div className={styles.automationHead}>
        <h2>
          <Link to="/settings/automations/$id" params={{ id }} className={tableStyles.rowLink} data-row>
            {name}
          </Link>
        </h2>
        <Dot tone={isOn ? "good" : "quiet"}>{isOn ? "On" : "Off"}</Dot>
      </div>
      <AutomationSummary rule={rule} actionTexts={actionTexts} />
      <div className={styles.automationFoot}>
        <p className="dim">
          {lastFiredAt ? (
            <>
              Last acted <Ago at={lastFiredAt} />
            </>
          ) : (
            "Has not acted yet"
          )}
          {problems > 0 && ` · ${countOf(problems, "problem")}`}
        </p>
        {isAdmin && <Order id={id} name={name} isFirst={isFirst} isLast={isLast} />}
      </div>
    </li>
  );
}

function Order({ id, name, isFirst, isLast }: { id: string; name: string; isFirst: boolean; isLast: boolean }) {
  const queryClient = useQueryClient();
  const move = useMutation(
    trpc.automations.move.mutationOptions({
      onSuccess: (_, { direction }) => announce(`“${name}” now acts ${direction}`),
      onError: (error) => announce(messageOf(error, true)),
      onSettled: () => queryClient.invalidateQueries(trpc.automations.pathFilter()),
    }),
  );
  const button = (direction: "earlier" | "later", isDisabled: boolean) => (
    <Button
      size="compact-sm"
      variant="default"
      aria-label={`Let “${name}” act ${direction}`}
      title={direction === "earlier" ? "Act earlier" : "Act later"}
      aria-disabled={isDisabled || undefined}
      data-disabled={isDisabled || undefined}
      onClick={() => !isDisabled && !move.isPending && move.mutate({ id, direction })}
    >
      {direction === "earlier" ? <IconArrowUp size={16} aria-hidden /> : <IconArrowDown size={16} aria-hidden />}
    </Button>
  );
  return (
    <span className={styles.automationOrder}>
      {button("earlier", isFirst)}
      {button("later", isLast)}
    </span>
  );
}
