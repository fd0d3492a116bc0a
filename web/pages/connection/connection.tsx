import { Skeleton } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ConnectionGroupView, ConnectionLineView, ConnectionView } from "../../../shared/views/connection.ts";
import { Button } from "../../components/button.tsx";
import { CopyText } from "../../components/copy-text.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Problem } from "../../components/problem.tsx";
import { Ago } from "../../components/time.tsx";
import { countOf } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import { WaitingOperations } from "./waiting-operations.tsx";
import { SecretExpiry } from "./secret-expiry.tsx";
import * as pageStyles from "../../components/page.module.css";
import * as styles from "./connection.module.css";

export function ConnectionPage() {
  const check = useQuery(
    trpc.connection.check.queryOptions(undefined, {
      // The check calls Microsoft: sent alone, so that no other request waits for it, and only on demand.
      trpc: { context: { skipBatch: true } },
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      gcTime: 0,
    }),
  );
  const { data } = check;
  return (
    <div className={pageStyles.page}>
      <PageHeader title="Connection check" note="Live check of the connection to Microsoft. It changes nothing.">
        <Button variant="default" loading={check.isFetching} onClick={() => void check.refetch()}>
          Check again
        </Button>
      </PageHeader>
      {check.error && !data ? (
        <Problem error={check.error} onRetry={() => void check.refetch()} />
      ) : !data ? (
        <div aria-busy="true">
          <p role="status">Checking… This can take five seconds.</p>
          <Skeleton height={420} mt="md" />
        </div>
      ) : (
        <>
          <ConnectionSummary view={data} />
          <WaitingOperations />
          {data.groups.map((group) => (
            <Group key={group.title} group={group} />
          ))}
        </>
      )}
    </div>
  );
}

const states = {
  ok: { label: "OK", icon: IconCircleCheck },
  warning: { label: "Warning", icon: IconAlertTriangle },
  wrong: { label: "Problem", icon: IconCircleX },
};

function ConnectionSummary({ view }: { view: ConnectionView }) {
  const lines = view.groups.flatMap((group) => group.lines);
  const of = (state: ConnectionLineView["state"]) => lines.filter((line) => line.state === state).length;
  const [problems, warnings] = [of("wrong"), of("warning")];
  const worst = problems > 0 ? "wrong" : warnings > 0 ? "warning" : "ok";
  const Icon = states[worst].icon;
  return (
    <p className={styles.checkVerdict} data-state={worst} role="status">
      <Icon size={20} aria-hidden />
      <span>
        {worst === "ok"
          ? "All checks passed."
          : `${[problems > 0 && countOf(problems, "problem"), warnings > 0 && countOf(warnings, "warning")].filter(Boolean).join(" and ")} found.`}{" "}
        <span className="dim">
          Checked <Ago at={view.checkedAt} />
        </span>
      </span>
    </p>
  );
}

function Group({ group }: { group: ConnectionGroupView }) {
  const id = `check-${group.title.toLowerCase().replaceAll(/\W+/g, "-")}`;
  return (
    <section className={styles.checkGroup} aria-labelledby={id}>
      <h2 id={id}>{group.title}</h2>
      <ul>
        {group.lines.map((line) => (
          <CheckResult key={line.name} line={line} />
        ))}
      </ul>
    </section>
  );
}

function CheckResult({ line: { name, state, value, isId, note, at, remedy, secret } }: { line: ConnectionLineView }) {
  const { label, icon: Icon } = states[state];
  return (
    <li className={styles.check} data-state={state}>
      <span className={styles.checkState}>
        <Icon size={18} aria-hidden />
        {label}
      </span>
      <h3>{name}</h3>
      <div className={styles.checkWords}>
        <p>
          {isId ? <CopyText text={value} of={name} /> : value}
          {(note || at) && (
            <span className="dim">
              {value && (isId ? " " : " · ")}
              {note} {at && <Ago at={at} />}
            </span>
          )}
        </p>
        {remedy && <p className={styles.checkRemedy}>{remedy}</p>}
        {secret && <SecretExpiry secret={secret} />}
      </div>
    </li>
  );
}
