import { useState } from "react";
import type { AttemptView } from "../../../shared/views/messages.ts";
import { RawText } from "../../components/raw-text.tsx";
import { Dot } from "../../components/status.tsx";
import { formatBytes, formatMoment, formatNumber, prettyJson } from "../../text/format.ts";
import * as styles from "./messages.module.css";

/** Labels contain the number of the attempt, because two attempts can have the same time. */
export function Attempt(props: { attempt: AttemptView; number: number; isOpenAtFirst: boolean; protocol: string }) {
  const { attempt, number, isOpenAtFirst, protocol } = props;
  const { at, durationMs, outcome, status, problem, request, answer } = attempt;
  const moment = formatMoment(Date.parse(at));
  // Once shown, only the reader opens and closes it: an attempt that is being read stays open when a newer one appears.
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  return (
    <details className={styles.attempt} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Dot tone={outcome === "delivered" ? "good" : "bad"}>
          {outcome === "delivered"
            ? `Delivered: ${protocol} ${status}`
            : outcome === "refused"
              ? "Not sent"
              : (problem ?? "Failed")}
        </Dot>{" "}
        <span className="dim">
          <time dateTime={at}>{moment}</time>, {formatNumber(durationMs)} ms
        </span>
      </summary>
      {outcome === "refused" && <p>{problem}</p>}
      {request && (
        <>
          <h3>Request, {formatBytes(request.bytes)}</h3>
          <RawText
            text={`${Object.entries(request.headers)
              .map(([name, value]) => `${name}: ${value}`)
              .join("\n")}\n\n${prettyJson(request.body)}`}
            label={`Request of attempt ${number}`}
          />
        </>
      )}
      {status !== null && (
        <>
          <h3>
            Answer: {protocol} {status}
          </h3>
          {answer === null ? (
            <p className="dim">Without a body</p>
          ) : (
            <RawText text={prettyJson(answer)} label={`Answer of attempt ${number}`} />
          )}
        </>
      )}
    </details>
  );
}
