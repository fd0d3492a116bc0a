import { localDayOf } from "../../shared/day.ts";
import { useNow } from "../clock.ts";
import { stringifySearch } from "../url-search.ts";
import { Dropdown } from "./dropdown.tsx";
import * as dropdownStyles from "./dropdown.module.css";

type Props = {
  of: "subscriptions" | "customers" | "operations" | "deliveries" | "activity" | "usage";
  filters: Record<string, unknown>;
};

/** Filters that are relative to the reader's today. */
const relativeFilters = ["followUp", "endsIn", "purchasedIn", "changedIn", "lapsesIn"];

/** Downloads all rows that match the filters. */
export function ExportMenu({ of, filters }: Props) {
  const now = useNow(15_000);
  const isRelative = relativeFilters.some((name) => filters[name] !== undefined);
  const today = isRelative ? localDayOf(now) : undefined;
  const query = stringifySearch({ ...filters, cursor: undefined, today });
  return (
    <Dropdown label="Export" title="Export all matching rows">
      {(close) => (
        <>
          <p className="dim">All rows in this view. Exports are logged.</p>
          {/* Plain links, not the router's: the server responds with a file. */}
          <a className={dropdownStyles.dropdownItem} href={`/exports/${of}.csv${query}`} download onClick={close}>
            CSV
          </a>
          <a className={dropdownStyles.dropdownItem} href={`/exports/${of}.json${query}`} download onClick={close}>
            JSON
          </a>
        </>
      )}
    </Dropdown>
  );
}
