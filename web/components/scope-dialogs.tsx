/** Parts that the dialogs of versioned settings share. */
import { Skeleton } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { type ComponentProps, type ReactNode, useId } from "react";
import { Problem } from "./problem.tsx";
import type { Meanings, Version } from "./scopes.tsx";
import { Ago } from "./time.tsx";
import * as formStyles from "./form.module.css";
import * as scopesStyles from "./scopes.module.css";
import * as tagStyles from "./tag.module.css";

type HistoryProps<One> = {
  query: Pick<UseQueryResult<One[], ComponentProps<typeof Problem>["error"]>, "data" | "error" | "refetch">;
  summary(version: One): ReactNode;
};

/** All versions, the latest first. */
export function ScopeHistory<One extends Version & { id: string; reason: string }>({
  query: { data, error, refetch },
  summary,
}: HistoryProps<One>) {
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={160} />;
  return (
    <ol className={scopesStyles.scopeVersions} reversed>
      {data.map((version, index) => (
        <li key={version.id}>
          <p>
            <strong>Version {version.version}</strong>
            {index === 0 && <span className={tagStyles.tag}>latest</span>}
          </p>
          <p>{summary(version)}</p>
          <p className="quote">{version.reason}</p>
          <p className="dim">
            {version.actor.name}, <Ago at={version.at} />
          </p>
        </li>
      ))}
    </ol>
  );
}

type ModeProps<Mode extends string> = Meanings<Mode> & {
  legend: string;
  /** Null: inherited. */
  value: Mode | null;
  /** Null: nothing to inherit from. */
  inheritLabel: string | null;
  error: ReactNode;
  onChange(value: Mode | null): void;
  /** Remarks about the choice. */
  children?: ReactNode;
};

/** Chooses the value of a scope, or that the scope inherits. */
export function ModeField<Mode extends string>(props: ModeProps<Mode>) {
  const { legend, modes, labels, value, inheritLabel, error, onChange, children } = props;
  const name = useId();
  const choice = (mode: Mode | null) => ({
    type: "radio",
    name,
    checked: value === mode,
    onChange: () => onChange(mode),
  });
  return (
    <fieldset className={`${formStyles.choice} ${scopesStyles.scopeChoice}`}>
      <legend>{legend}</legend>
      {modes.map((mode) => (
        <label key={mode}>
          <input {...choice(mode)} />
          <span>
            {labels[mode].name}
            <span className={`dim ${scopesStyles.scopeMeaning}`}>{labels[mode].meaning}</span>
          </span>
        </label>
      ))}
      {inheritLabel !== null && (
        <label>
          <input {...choice(null)} />
          <span>{inheritLabel}</span>
        </label>
      )}
      {error && <p className="trouble">{error}</p>}
      {children}
    </fieldset>
  );
}
