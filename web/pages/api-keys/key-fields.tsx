/** What a new API key may do, and until when. */
import type { ReactNode } from "react";
import { apiKeyLifetimes, type ApiScope, apiScopes, apiScopeWords } from "../../../shared/api-scopes.ts";
import { CheckBox } from "../../components/check-box.tsx";
import * as formStyles from "../../components/form.module.css";
import * as styles from "./api-keys.module.css";

type PermissionsProps = { scopes: ApiScope[]; onChange(scopes: ApiScope[]): void; problem: ReactNode };

export function PermissionsField({ scopes, onChange, problem }: PermissionsProps) {
  return (
    <fieldset className={styles.permissions}>
      <legend>Permissions</legend>
      {apiScopes.map((scope) => (
        <CheckBox
          key={scope}
          label={apiScopeWords[scope].name}
          note={`${apiScopeWords[scope].meaning} (${scope})`}
          isChecked={scopes.includes(scope)}
          onChange={(isChecked) =>
            onChange(apiScopes.filter((other) => (other === scope ? isChecked : scopes.includes(other))))
          }
        />
      ))}
      {problem && <p className="trouble">{problem}</p>}
    </fieldset>
  );
}

/** Null: never. */
type Days = (typeof apiKeyLifetimes)[number] | null;

export function ExpiryField({ days, onChange }: { days: Days; onChange(days: Days): void }) {
  return (
    <fieldset className={formStyles.choice}>
      <legend>Expires</legend>
      {[...apiKeyLifetimes, null].map((choice) => (
        <label key={choice ?? "never"}>
          <input type="radio" name="expires" checked={days === choice} onChange={() => onChange(choice)} />
          <span>{choice === null ? "Never" : `In ${choice} days`}</span>
        </label>
      ))}
    </fieldset>
  );
}
