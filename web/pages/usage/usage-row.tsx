/** An hour of usage in the list. */
import { Link } from "@tanstack/react-router";
import { usageStateWords } from "../../../shared/usage.ts";
import type { UsageRow } from "../../../shared/views/usage.ts";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { Dot } from "../../components/status.tsx";
import { Ago, DateTime } from "../../components/time.tsx";
import { Upcoming } from "../../components/upcoming.tsx";
import { formatExact, formatHour } from "../../text/format.ts";
import { formatMoney } from "../../text/money.ts";
import { quantityIn } from "../../text/quantity.ts";
import { problemWords, stateTones } from "./usage-words.ts";
import * as tableStyles from "../../components/table/table.module.css";
import * as styles from "./usage.module.css";

type HourRowProps = { row: UsageRow; blockedReason: string | null; onDecide(): void };

export function HourRow({ row, blockedReason, onDecide }: HourRowProps) {
  const hour = Date.parse(row.hour);
  const billed = row.accepted ?? row.billable;
  const listPrice = row.price && `${formatMoney(row.price.amount, row.price.currency)} at list price`;
  return (
    <tr>
      <td>
        <Link to="/usage/$id" params={{ id: row.id }} className={tableStyles.rowLink} data-row>
          <time dateTime={row.hour} title={formatExact(hour)}>
            {formatHour(hour)}
          </time>
          <span className="sr-only">
            , {row.dimensionName} of {row.subscriptionName}
          </span>
        </Link>
      </td>
      <td>
        <Link to="/subscriptions/$id" params={{ id: row.subscriptionId }}>
          {row.subscriptionName}
        </Link>
        <span className={`dim ${styles.usageOnPhone}`}>{row.dimensionName}</span>
      </td>
      <td title={row.dimension}>{row.dimensionName}</td>
      <td className="number">
        {quantityIn(row.usage, row.unit)}
        {billed !== null && (
          <span className={`dim ${styles.usageOnPhone}`}>
            billed {quantityIn(billed, null)}
            {listPrice && `, ${listPrice}`}
          </span>
        )}
        {row.carried !== "0" && (
          <span className={`dim ${styles.usageNote}`}>{quantityIn(row.carried, null)} of earlier hours</span>
        )}
        {row.lost !== "0" && (
          <span className={`dim ${styles.usageNote}`}>{quantityIn(row.lost, null)} reported too late</span>
        )}
        {row.late !== "0" && (
          <span className={`dim ${styles.usageNote}`}>{quantityIn(row.late, null)} to be billed in a later hour</span>
        )}
      </td>
      <td className="number">
        {billed === null ? "–" : quantityIn(billed, null)}
        {listPrice && <span className={`dim ${styles.usageNote}`}>{listPrice}</span>}
      </td>
      <td>
        <span title={usageStateWords[row.state].meaning}>
          <Dot tone={stateTones[row.state]}>{usageStateWords[row.state].name}</Dot>
        </span>
        <StateNote row={row} />
        {(row.state === "held" || row.state === "rejected") && (
          <GuardedButton variant="default" size="compact-xs" blockedReason={blockedReason} onClick={onDecide}>
            Decide…
            <span className="sr-only">
              {" "}
              about {row.dimensionName} of {row.subscriptionName}
            </span>
          </GuardedButton>
        )}
      </td>
    </tr>
  );
}

function StateNote({ row }: { row: UsageRow }) {
  const isOpen = row.state === "waiting" || row.state === "held" || row.state === "rejected";
  const words = problemWords(row);
  return (
    <>
      {words !== null && <span className={`dim ${styles.usageNote}`}>{words}</span>}
      {row.state === "waiting" && row.nextAt !== null && (
        <span className={`dim ${styles.usageNote}`}>
          Next attempt <Upcoming at={row.nextAt} />
        </span>
      )}
      {isOpen && row.problem !== "DifferentDuplicate" && (
        <span className={`dim ${styles.usageNote}`}>
          Microsoft accepts it until <DateTime at={row.expiresAt} /> (<Ago at={row.expiresAt} />)
        </span>
      )}
    </>
  );
}
